//! Work counted in steps, never in seconds, so that a worst case is cut at the same place on every
//! machine and every run, and says so.

/// How many steps are left for one piece of work.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    left: u64,
    overdrawn: bool,
}

impl Budget {
    /// A budget of so many steps.
    pub const fn new(steps: u64) -> Self {
        Self { left: steps, overdrawn: false }
    }

    /// Takes `steps` if they are left; otherwise takes nothing, ever again, and returns false.
    #[must_use]
    pub const fn spend(&mut self, steps: u64) -> bool {
        if steps <= self.left {
            self.left -= steps;
            return true;
        }
        self.left = 0;
        self.overdrawn = true;
        false
    }

    /// Whether more was ever asked for than was left.
    pub const fn is_overdrawn(&self) -> bool {
        self.overdrawn
    }
}
