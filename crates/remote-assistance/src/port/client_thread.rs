use std::io;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use crate::{Availability, Input, LocalClient, RequestId, Session};

/// How often it is looked whether the program still runs.
const LOOK: Duration = Duration::from_millis(500);

/// A thread that a [`LocalClient`] has to itself: orders are carried out one after the other, as they came, and no
/// caller waits for them. It lives as long as this handle and the orders given through it.
///
/// A client whose processes are to die with the service needs such a thread: on Linux the kernel ends them when the
/// *thread* that started them ends, and threads of a pool come and go.
#[derive(Clone, Debug)]
pub struct ClientThread {
    orders: Sender<Order>,
}

enum Order {
    Start(Session),
    Stop(Session),
    Availability(Box<dyn FnOnce(Availability) + Send>),
}

impl ClientThread {
    /// Starts the thread. `report` is given what became of each order, for [`Gate::step`](crate::Gate::step): also
    /// that the program ended by itself.
    ///
    /// # Errors
    /// What the operating system says when it cannot start a thread.
    pub fn spawn(
        client: Box<dyn LocalClient>,
        report: impl FnMut(Input) + Send + 'static,
    ) -> io::Result<Self> {
        let (orders, received) = mpsc::channel();
        thread::Builder::new()
            .name("assistance-client".to_owned())
            .spawn(move || work(client, report, received))?;
        Ok(Self { orders })
    }

    /// Carries [`Effect::Start`](crate::Effect::Start) out.
    pub fn start(&self, session: Session) {
        self.give(Order::Start(session));
    }

    /// Carries [`Effect::Stop`](crate::Effect::Stop) out.
    pub fn stop(&self, session: Session) {
        self.give(Order::Stop(session));
    }

    /// Asks what can be offered right now.
    pub fn availability(&self, answer: impl FnOnce(Availability) + Send + 'static) {
        self.give(Order::Availability(Box::new(answer)));
    }

    /// An order that nobody takes any more is one to a client that panicked; the gate asks again, and stays shut.
    fn give(&self, order: Order) {
        drop(self.orders.send(order));
    }
}

fn work(mut client: Box<dyn LocalClient>, mut report: impl FnMut(Input), orders: Receiver<Order>) {
    let mut watched: Option<Session> = None;
    loop {
        let order = match watched {
            Some(_) => orders.recv_timeout(LOOK),
            None => orders.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match order {
            Ok(Order::Start(session)) => {
                let request = session.consent().request_id();
                report(match client.start(&session) {
                    Ok(process) => Input::Started { request, process },
                    Err(_) => Input::StartFailed { request },
                });
                watched = Some(session);
            }
            Ok(Order::Stop(session)) => {
                watched = watched.filter(|watched| request(watched) != request(&session));
                let request = request(&session);
                report(match client.stop(&session) {
                    Ok(()) => Input::Stopped { request },
                    Err(_) => Input::StopFailed { request },
                });
            }
            Ok(Order::Availability(answer)) => answer(client.availability()),
            Err(RecvTimeoutError::Timeout) => {
                if let Some(gone) = watched.take_if(|session| !client.is_running(session)) {
                    report(Input::ClientGone { request: request(&gone) });
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

const fn request(session: &Session) -> RequestId {
    session.consent().request_id()
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::InMemoryClient;
    use crate::contract::{self, Rehearsal};

    const SOON: Duration = Duration::from_secs(10);

    fn session(number: u8) -> Session {
        let request = RequestId::from_bytes([number; 16]);
        contract::session(request, Rehearsal::link(request).unwrap()).unwrap()
    }

    fn thread(client: &InMemoryClient) -> (ClientThread, Receiver<Input>) {
        let (report, reported) = mpsc::channel();
        (
            ClientThread::spawn(Box::new(client.clone()), move |input| drop(report.send(input))).unwrap(),
            reported,
        )
    }

    #[test]
    fn orders_are_carried_out_one_after_the_other_and_reported() {
        let client = InMemoryClient::default();
        let (thread, reported) = thread(&client);
        let (one, two) = (session(1), session(2));
        thread.start(one.clone());
        thread.stop(one.clone());
        thread.start(two.clone());
        let reports: Vec<Input> = (0..3).map(|_| reported.recv_timeout(SOON).unwrap()).collect();
        let expected = [
            Input::Started { request: request(&one), process: None },
            Input::Stopped { request: request(&one) },
            Input::Started { request: request(&two), process: None },
        ];
        assert_eq!(reports, expected);
        assert_eq!(client.running(), [request(&two)].into());
    }

    #[test]
    fn a_program_that_ends_by_itself_is_reported_once() {
        let client = InMemoryClient::default();
        let (thread, reported) = thread(&client);
        let session = session(1);
        thread.start(session.clone());
        reported.recv_timeout(SOON).unwrap();
        client.close(request(&session));
        assert_eq!(reported.recv_timeout(SOON).unwrap(), Input::ClientGone { request: request(&session) });
        drop(thread);
        assert!(reported.recv_timeout(SOON).is_err());
    }

    #[test]
    fn availability_is_answered_within_the_time_that_a_help_desk_page_has() {
        let offered = Availability { remote_desktop: true, vpn: false };
        let (thread, _reported) = thread(&InMemoryClient::new(offered));
        let (answer, answered) = mpsc::channel();
        for _ in 0..200 {
            let asked = Instant::now();
            let answer = answer.clone();
            thread.availability(move |found| answer.send(found).unwrap());
            assert_eq!(answered.recv_timeout(SOON).unwrap(), offered);
            assert!(asked.elapsed() <= Duration::from_millis(250));
        }
    }
}
