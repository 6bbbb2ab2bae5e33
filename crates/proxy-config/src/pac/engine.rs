//! Runs one script for many URLs, within limits.
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset};
use rquickjs::{CatchResultExt, CaughtError, Context, Ctx, Function, Runtime, Value};
use url::Url;

use super::date::DATE;
use super::host::{World, install};
use super::names::Names;
use crate::{Error, Repeatable};

const MAX_MEMORY: usize = 16 * 1024 * 1024;
const MAX_STACK: usize = 256 * 1024;
/// For one URL, and for the script's own top level.
const RUN_TIME: Duration = Duration::from_secs(1);
pub(super) const RUN_LIMIT: &str = "run time of 1 s";
/// Longest answer that is taken.
const MAX_ANSWER: usize = 4096;
const FUNCTIONS: &str = include_str!("functions.js");

pub(super) struct Engine {
    location: String,
    context: Context,
    world: Rc<RefCell<World>>,
    deadline: Rc<Cell<Instant>>,
    _runtime: Runtime,
}

impl Engine {
    pub(super) fn new(
        location: &str,
        source: &str,
        fixed: &Repeatable,
        now: DateTime<FixedOffset>,
    ) -> Result<Self, Error> {
        let failed = |error: rquickjs::Error| Error::Start { what: "the PAC engine", source: error.into() };
        let runtime = Runtime::new().map_err(failed)?;
        runtime.set_memory_limit(MAX_MEMORY);
        runtime.set_max_stack_size(MAX_STACK);
        let deadline = Rc::new(Cell::new(Instant::now() + RUN_TIME));
        let clock = deadline.clone();
        runtime.set_interrupt_handler(Some(Box::new(move || Instant::now() > clock.get())));
        let context = Context::full(&runtime).map_err(failed)?;
        let world = World {
            names: Names::new(fixed.names.clone()),
            mine: fixed.my_ip.clone(),
            now: 0.0,
            offset: 0.0,
        };
        let world = Rc::new(RefCell::new(world));
        let engine = Self { location: location.into(), context, world, deadline, _runtime: runtime };
        engine.set_clock(now);
        engine.context.with(|ctx| {
            let prepared = install(&ctx, &engine.world).and_then(|()| ctx.eval::<(), _>(DATE));
            prepared
                .and_then(|()| ctx.eval::<(), _>(FUNCTIONS))
                .catch(&ctx)
                .map_err(|error| engine.error(error))?;
            let mut options = rquickjs::context::EvalOptions::default();
            options.strict = false;
            options.filename = Some("pac".into());
            ctx.eval_with_options::<(), _>(source, options).catch(&ctx).map_err(|error| engine.error(error))
        })?;
        Ok(engine)
    }

    fn set_clock(&self, now: DateTime<FixedOffset>) {
        let mut world = self.world.borrow_mut();
        world.now = now.timestamp_millis() as f64;
        world.offset = f64::from(now.offset().local_minus_utc()) / 60.0;
        world.names.start();
        self.deadline.set(Instant::now() + RUN_TIME);
    }

    pub(super) fn find(&self, url: &Url, now: DateTime<FixedOffset>) -> Result<String, Error> {
        self.set_clock(now);
        let host =
            url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        self.context.with(|ctx| {
            let answer = ask(&ctx, shown(url), host).catch(&ctx).map_err(|error| self.error(error))?;
            let Some(answer) = answer else {
                return Err(self.script(None, "FindProxyForURL is missing or does not answer with a text"));
            };
            if answer.len() > MAX_ANSWER {
                return Err(self.script(None, "the answer is too long"));
            }
            Ok(answer)
        })
    }

    fn error(&self, error: CaughtError<'_>) -> Error {
        let (line, message) = match &error {
            CaughtError::Exception(exception) => {
                (exception.stack().and_then(|stack| line(&stack)), exception.message().unwrap_or_default())
            }
            // An exhausted engine throws null, as it has no memory for an exception.
            CaughtError::Value(value) if value.is_null() => (None, "out of memory".to_owned()),
            CaughtError::Value(value) => {
                (None, value.as_string().and_then(|text| text.to_string().ok()).unwrap_or_default())
            }
            CaughtError::Error(error) => (None, error.to_string()),
        };
        let stopped = |limit| Error::ScriptStopped { location: self.location.clone(), line, limit };
        if Instant::now() > self.deadline.get() {
            stopped(RUN_LIMIT)
        } else if ["out of memory", "stack overflow", "stack size"]
            .iter()
            .any(|words| message.contains(words))
        {
            stopped("memory of 16 MiB")
        } else {
            self.script(line, &message)
        }
    }

    fn script(&self, line: Option<u32>, message: &str) -> Error {
        let message = message.chars().filter(|c| !c.is_control()).take(200).collect();
        Error::Script { location: self.location.clone(), line, message }
    }
}

fn ask(ctx: &Ctx<'_>, url: String, host: String) -> rquickjs::Result<Option<String>> {
    let globals = ctx.globals();
    let function = match globals.get::<_, Option<Function<'_>>>("FindProxyForURLEx").ok().flatten() {
        Some(function) => Some(function),
        None => globals.get::<_, Option<Function<'_>>>("FindProxyForURL").ok().flatten(),
    };
    let Some(function) = function else { return Ok(None) };
    let answer: Value<'_> = function.call((url, host))?;
    answer.as_string().map(rquickjs::String::to_string).transpose()
}

/// What the script may see: of an https URL neither path nor query, and never a user.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    let _ = url.set_username(""); // a URL without host has no user
    let _ = url.set_password(None);
    url.set_fragment(None);
    if url.scheme() == "https" {
        url.set_path("/");
        url.set_query(None);
    }
    url.into()
}

/// The first line of the script in a stack such as `at f (pac:12:3)`.
fn line(stack: &str) -> Option<u32> {
    let (_, rest) = stack.split_once("pac:")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
