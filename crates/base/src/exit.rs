//! Public exit codes. They are an interface: scripts depend on them, so a number never changes meaning.

/// How a command ended, as the process exit code says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, and nothing is wrong (for verdicts: every objective is proven or predicted).
    Met,
    /// 1: the answer is bad news: the plan has errors, or an objective is missed.
    Missed,
    /// 2: the request could not be carried out: bad arguments, unreadable plan.
    Unusable,
    /// 3: an objective is unknown, and none is missed.
    Unknown,
    /// 4: another run holds the lock.
    Locked,
    /// 5: done in part: something could not be read, copied or drilled; it is named.
    Partial,
    /// 6: stored data are damaged: a vault or ledger failed verification.
    Damaged,
    /// 7: wrong password or key.
    WrongKey,
    /// 8: a drill was carried out and failed.
    DrillFailed,
    /// 130: interrupted by the person at the terminal.
    Interrupted,
}

impl Exit {
    /// The process exit code.
    pub fn code(self) -> u8 {
        match self {
            Exit::Met => 0,
            Exit::Missed => 1,
            Exit::Unusable => 2,
            Exit::Unknown => 3,
            Exit::Locked => 4,
            Exit::Partial => 5,
            Exit::Damaged => 6,
            Exit::WrongKey => 7,
            Exit::DrillFailed => 8,
            Exit::Interrupted => 130,
        }
    }
}
