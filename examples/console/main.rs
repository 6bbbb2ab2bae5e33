//! Both web sites, ready to click through: the customer's console and the help desk's site.
//!
//! Starts a back office, a license server and a product with its console on loopback, prints a walk in ten steps, and acts
//! as the vendor whenever Enter is pressed. With `--once` it logs in at both sites itself, and ends.
//!
//! ```sh
//! cargo run --release --example console
//! ```

mod shop;
mod walk;

use std::process::ExitCode;

use shop::Shop;
use tokio::sync::mpsc::UnboundedReceiver;
use world::{Terms, World};

#[tokio::main]
async fn main() -> ExitCode {
    let once = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--once") => true,
        Some(other) => {
            eprintln!("unknown argument {other}; usage: console [--once]");
            return ExitCode::from(2);
        }
    };
    let world = World::start().await;
    let first = Terms::first(world::now());
    let shop = Shop::open(&world, &first).await;
    shop.hire_help_desk(&world).await;
    walk::print(&shop, &world);
    let done = if once {
        let answered = shop.answers_a_login(&world).await;
        world.stop().await;
        answered
    } else {
        stay_up(world, first).await
    };
    shop.close().await;
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// Acts at each Enter, until Ctrl-C.
async fn stay_up(world: World, first: Terms) -> Result<(), String> {
    tokio::select! {
        stopped = tokio::signal::ctrl_c() => stopped.map_err(|error| format!("cannot wait for Ctrl-C: {error}")),
        never = act(world, first, presses()) => match never {},
    }
}

/// The vendor's part: two renewals, and at last the back office goes away.
async fn act(world: World, first: Terms, mut presses: UnboundedReceiver<()>) -> std::convert::Infallible {
    let renewal = first.renewal(world::now());
    let mut last = renewal.renewal(world::now());
    last.features.push(("IMPOSITION", 3));
    for (terms, what) in [(renewal, "COLOR_MANAGEMENT and five more seats"), (last, "IMPOSITION")] {
        pressed(&mut presses).await;
        world.office.publish(&world.vendor.issue(&terms)).await;
        println!("Published: a renewal with {what}.");
    }
    pressed(&mut presses).await;
    let _what_lies_on_disk = world.close().await;
    println!("The back office and the license server are gone.");
    std::future::pending().await
}

/// Without a terminal nobody presses anything, and Ctrl-C is all that is waited for.
async fn pressed(presses: &mut UnboundedReceiver<()>) {
    if presses.recv().await.is_none() {
        std::future::pending().await
    }
}

/// Enter in this terminal. The thread ends with the process.
fn presses() -> UnboundedReceiver<()> {
    let (pressed, presses) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        std::io::stdin().lines().map_while(Result::ok).try_for_each(|_| pressed.send(()))
    });
    presses
}
