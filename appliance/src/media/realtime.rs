//! Threads that must run in their millisecond, whatever else the box does.

use thread_priority::{
    RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

/// Gives this thread a SCHED_FIFO priority, 1 to 99; 0 leaves it an ordinary thread. When the system
/// refuses, the log says what to do. Out: false when it refused.
pub(super) fn become_realtime(thread: &str, priority: u8) -> bool {
    if priority == 0 {
        return true;
    }
    let outcome = ThreadPriorityValue::try_from(priority).map(|value| {
        set_thread_priority_and_policy(
            thread_native_id(),
            ThreadPriority::Crossplatform(value),
            ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo),
        )
    });
    match &outcome {
        Ok(Ok(())) => tracing::info!(thread, priority, "runs with SCHED_FIFO"),
        Ok(Err(error)) => tracing::warn!(
            thread,
            priority,
            ?error,
            "runs as an ordinary thread: SCHED_FIFO was refused; \
             give the program CAP_SYS_NICE, or set [media] realtime_priority = 0"
        ),
        Err(error) => tracing::warn!(thread, priority, %error, "no such real-time priority"),
    }
    matches!(outcome, Ok(Ok(())))
}
