//! How much memory there is.

use std::{fs, path::Path};

/// Bytes of memory this process may use at most: of the machine, or of the cgroup it runs in; 0 where nobody says.
pub(crate) fn memory() -> u64 {
    let told = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let machine = total(&told("/proc/meminfo"));
    groups(&told("/proc/self/cgroup"))
        .iter()
        .filter_map(|file| limit(&fs::read_to_string(Path::new("/sys/fs/cgroup").join(file)).ok()?))
        .chain(machine)
        .min()
        .unwrap_or(0)
}

/// The machine's memory, of what `/proc/meminfo` says.
fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

/// A limit as a cgroup writes it. Without one it says `max`, or a number near the top of all.
fn limit(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

/// The files that may hold a limit: of the group that `/proc/self/cgroup` names, and of each above it, in version 2 and in
/// version 1; below a folder of its own, where a container sees its group as the root.
fn groups(cgroup: &str) -> Vec<String> {
    let mut files = Vec::new();
    for line in cgroup.lines() {
        let mut parts = line.splitn(3, ':');
        let (_, Some(controllers), Some(path)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let (root, name) = match controllers {
            "" => ("", "memory.max"),
            _ if controllers.split(',').any(|one| one == "memory") => ("memory", "memory.limit_in_bytes"),
            _ => continue,
        };
        let mut below = |path: &str| {
            let parts = [root, path, name].into_iter().filter(|part| !part.is_empty());
            files.push(parts.collect::<Vec<_>>().join("/"));
        };
        let mut path = path.trim_matches('/');
        // A path with such a part leads out of what can be seen.
        if path.split('/').any(|part| part == "..") {
            path = "";
        }
        while !path.is_empty() {
            below(path);
            path = path.rsplit_once('/').map_or("", |(above, _)| above);
        }
        below("");
    }
    files
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn memory_is_read_as_the_kernel_writes_it() {
        assert_eq!(total("MemTotal:       24682292 kB\nMemFree: 1 kB\n"), Some(24_682_292 << 10));
        assert_eq!(total("MemFree: 1 kB\n"), None);
        assert_eq!(limit("max\n"), None);
        assert_eq!(limit("9223372036854771712\n"), Some(9_223_372_036_854_771_712));
        assert_eq!(limit("1073741824\n"), Some(1 << 30));
    }

    #[test]
    fn every_group_above_counts() {
        let files = groups("8:pids:/x\n4:memory:/api/one\n0::/user.slice/my.scope\n");
        let expected = [
            "memory/api/one/memory.limit_in_bytes",
            "memory/api/memory.limit_in_bytes",
            "memory/memory.limit_in_bytes",
            "user.slice/my.scope/memory.max",
            "user.slice/memory.max",
            "memory.max",
        ];
        assert_eq!(files, expected);
        assert_eq!(groups("0::/../other\n"), ["memory.max"]);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_machine_has_some() {
        assert!(1 << 20 < memory());
    }
}
