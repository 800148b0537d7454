//! How much memory there is.

use sysinfo::{
    MemoryRefreshKind, ProcessRefreshKind, ProcessesToUpdate, RefreshKind, System, get_current_pid,
};

/// Bytes of memory this process may use at most: of the machine, or of the cgroup it runs in; 0 where nobody says.
pub fn memory() -> u64 {
    let kind = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let Ok(mut system) = System::new_with_specifics(kind) else { return 0 };
    let machine = system.total_memory();
    match group(&mut system) {
        Some(group) if 0 < group && (group < machine || machine == 0) => group,
        _ => machine,
    }
}

/// What the cgroup of this process allows, and each above it.
fn group(system: &mut System) -> Option<u64> {
    let this = get_current_pid().ok()?;
    let only = ProcessesToUpdate::Some(&[this]);
    let _found = system.refresh_processes_specifics(only, false, ProcessRefreshKind::nothing());
    Some(system.process(this)?.cgroup_limits()?.total_memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_some() {
        assert!(1 << 20 < memory());
    }
}
