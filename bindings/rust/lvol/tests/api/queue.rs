// SPDX-License-Identifier: LGPL-2.1-or-later
//! Asynchronous I/O.

use crate::fails;
use crate::world::{noise, World, MIB};
use lvol::{Error, Io, IoOp, LvCreate, Queue, QueueOptions, Rejected, Request, Size, Wait};
use std::os::unix::io::AsRawFd;
use std::time::Duration;

const BLOCK: usize = 64 << 10;

fn open(world: &mut World) -> Io {
    let striped = LvCreate::new("lv", Size::Bytes(8 * MIB)).stripe_count(2);
    world.add(&striped).lv("lv").unwrap().open_rw().unwrap()
}

fn drain(queue: &mut Queue) -> Vec<lvol::Completion> {
    let mut done = Vec::new();
    while queue.pending() > 0 {
        done.extend(queue.complete(7, Wait::Forever).unwrap());
    }
    done
}

fn both(test: impl Fn(&QueueOptions)) {
    test(&QueueOptions::new().depth(32));
    test(&QueueOptions::new().depth(32).no_uring().threads(3));
}

#[test]
fn requests() {
    both(|options| {
        let mut world = World::new();
        let io = open(&mut world);
        let mut queue = options.build().unwrap();
        assert!(["io_uring", "threads"].contains(&queue.engine()));
        for i in 0..20 {
            let request = Request::write(&io, noise(BLOCK, i), i * BLOCK as u64).with_user(i);
            queue.submit(request).unwrap();
        }
        let mut users: Vec<_> = drain(&mut queue)
            .into_iter()
            .map(|done| {
                done.result.unwrap();
                assert_eq!((done.request.op(), done.request.length()), (IoOp::Write, BLOCK as u64));
                assert_eq!(done.request.io().size_bytes(), 8 * MIB);
                done.request.user()
            })
            .collect();
        users.sort_unstable();
        assert_eq!(users, (0..20).collect::<Vec<_>>());
        for i in 0..20 {
            queue
                .submit(Request::read(&io, vec![0; BLOCK], i * BLOCK as u64).with_user(i))
                .unwrap();
        }
        for done in drain(&mut queue) {
            done.result.unwrap();
            assert_eq!(done.request.offset(), done.request.user() * BLOCK as u64);
            assert!(done.request.buffer() == noise(BLOCK, done.request.user()));
        }
        let block = BLOCK as u64;
        for request in [
            Request::flush(&io),
            Request::discard(&io, block, 0),
            Request::write_zeroes(&io, block, block),
        ] {
            let op = request.op();
            queue.submit(request).unwrap();
            let done = queue.complete(9, Wait::Forever).unwrap();
            assert!(done.len() == 1 && done[0].request.op() == op && done[0].result.is_ok());
        }
        let mut back = vec![1; BLOCK];
        io.read_at(&mut back, block).unwrap();
        assert!(back.iter().all(|&byte| byte == 0));
        assert!(queue.complete(1, Wait::No).unwrap().is_empty());
        assert!(queue.complete(1, Wait::Forever).unwrap().is_empty(), "nothing is under way");
    });
}

extern "C" {
    fn poll(fds: *mut PollFd, count: u64, timeout_ms: i32) -> i32;
}

#[repr(C)]
struct PollFd {
    fd: i32,
    events: i16,
    revents: i16,
}

fn is_readable(queue: &Queue, timeout_ms: i32) -> bool {
    let mut fd = PollFd { fd: queue.as_raw_fd(), events: 1, revents: 0 };
    // Safety: one struct pollfd, as poll(2) has it.
    unsafe { poll(&mut fd, 1, timeout_ms) == 1 }
}

#[test]
fn file_descriptor() {
    both(|options| {
        let mut world = World::new();
        let io = open(&mut world);
        let mut queue = options.build().unwrap();
        assert!(!is_readable(&queue, 0));
        queue.submit(Request::write(&io, vec![b'x'; 100], 50)).unwrap();
        assert!(is_readable(&queue, 10_000));
        assert_eq!(queue.complete(1, Wait::No).unwrap().len(), 1);
        assert!(!is_readable(&queue, 0));
    });
}

#[test]
fn refused_requests_come_back() {
    let mut world = World::new();
    let io = open(&mut world);
    let mut queue = QueueOptions::new().depth(2).build().unwrap();
    let refused = queue.submit(Request::read(&io, vec![7; 2], 8 * MIB - 1)).unwrap_err();
    assert!(matches!(refused.error, Error::Range(_)) && refused.to_string().contains("beyond"));
    assert_eq!(refused.request.into_buffer(), [7, 7]);
    queue.submit(Request::read(&io, vec![0; 5], 0)).unwrap();
    queue.submit(Request::read(&io, vec![0; 5], 0)).unwrap();
    let refused = queue.submit(Request::write(&io, b"x".to_vec(), 0)).unwrap_err();
    assert!(matches!(refused, Rejected { error: Error::Busy(_), .. }), "{}", refused);
    drain(&mut queue);
    queue.submit(refused.request).unwrap();
    assert!(drain(&mut queue)[0].result.is_ok());
    let reader = world.vg().lv("lv").unwrap().open().unwrap();
    fails!(queue.submit(Request::discard(&reader, 1, 0)), ReadOnly);
    fails!(QueueOptions::new().depth(5000).build(), Invalid);
    fails!(QueueOptions::new().threads(100).build(), Invalid);
}

#[test]
fn failed_requests() {
    let mut world = World::new();
    let vg = world.add(&LvCreate::new("error", Size::Bytes(MIB)).segtype("error"));
    let io = vg.lv("error").unwrap().open().unwrap();
    let mut queue = Queue::new().unwrap();
    queue.submit(Request::read(&io, vec![0; 5], 7)).unwrap();
    let done = queue.complete(1, Wait::AtMost(Duration::from_secs(10))).unwrap().remove(0);
    let error = fails!(done.result, Io, "read 5 bytes at offset 7 of LV vg0/error");
    assert_eq!((error.subject(), error.errno().is_some()), ("vg0/error", true));
}

#[test]
fn buffers_and_lvs_stay_until_requests_are_done() {
    both(|options| {
        let mut world = World::new();
        let io = open(&mut world);
        for _ in 0..5 {
            let mut queue = options.build().unwrap();
            for i in 0..16 {
                queue.submit(Request::read(&io, vec![0; BLOCK], i * BLOCK as u64)).unwrap();
                queue.submit(Request::write(&io, vec![3; BLOCK], (50 + i) * BLOCK as u64)).unwrap();
            }
        }
        let mut queue = options.build().unwrap();
        queue.submit(Request::read(&io, vec![0; BLOCK], 50 * BLOCK as u64)).unwrap();
        drop(io);
        let other = world.vg();
        let done = queue.complete(1, Wait::Forever).unwrap().remove(0);
        assert_eq!(done.request.buffer(), [3; BLOCK]);
        fails!(other.lv("lv").unwrap().open_rw(), Busy);
        drop(done);
        other.lv("lv").unwrap().open_rw().unwrap();
    });
}
