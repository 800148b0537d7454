//! Text over a handful of words: `0 0 1 0 …`, a table of ciphers, a drawing in letters.
//!
//! Nearly every short run of it stands in many places, and says nothing. Such runs are followed like any other where they are few;
//! where they are many, the seeds ask more words of them ([`hot`](super::hot)), and of a pair of documents the longest are kept
//! ([`run`](super::run)).

/// A run of so many words or fewer has no say.
const SHORT: usize = 8;
/// However long it is, text over more words than these is not plain.
const MOST: usize = 10;

/// Whether words are so few different ones: four of eight, six of sixteen, ten of thirty-two and more. Of ordinary text eight words hold
/// seven different ones or eight. Cost: a look at ten to twenty words of ordinary text.
pub(super) fn is_plain(words: &[u64]) -> bool {
    if words.len() < SHORT {
        return false;
    }
    let most = ((SHORT + words.len()) / 4).min(MOST);
    let mut seen = [0; MOST];
    let mut n = 0;
    for word in words {
        if seen.iter().take(n).any(|other| other == word) {
            continue;
        }
        if n == most {
            return false;
        }
        if let Some(slot) = seen.get_mut(n) {
            *slot = *word;
        }
        n += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_different_words_are_plain() {
        let cycle = |n: u64, of: u64| (0..n).map(|at| at % of).collect::<Vec<_>>();
        for (len, most) in [(8, 4), (12, 5), (16, 6), (24, 8), (32, 10), (1000, 10)] {
            assert!(is_plain(&cycle(len, most)), "{len}");
            assert!(!is_plain(&cycle(len, most + 1)), "{len}");
        }
        assert!(!is_plain(&[0; 7]));
    }
}
