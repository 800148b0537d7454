//! Dates of articles: the text a source wrote goes in, seconds since 1970 come out, or nothing.
//!
//! A date without a time is its midnight, a time without an offset is in UTC: a guess that is the
//! same on every machine. No time zone database is asked.

use jiff::{Timestamp, civil, fmt::rfc2822, tz::Offset};

/// Reads RFC 3339, an ISO date with or without a time, or RFC 2822.
pub fn seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    // Long text is no date; the bound keeps a parser from being fed an article.
    if text.is_empty() || 80 < text.len() {
        return None;
    }
    let at = |time: civil::DateTime| Offset::UTC.to_timestamp(time).ok();
    text.parse::<Timestamp>()
        .ok()
        .or_else(|| text.parse::<civil::DateTime>().ok().and_then(at))
        .or_else(|| {
            text.parse::<civil::Date>().ok().and_then(|date| at(date.to_datetime(civil::Time::midnight())))
        })
        .or_else(|| rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok())
        .map(Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn the_usual_ways_to_write_one_moment_agree() {
        let moment = Some(1_714_557_600);
        assert_eq!(seconds("2024-05-01T10:00:00Z"), moment);
        assert_eq!(seconds("2024-05-01T12:00:00+02:00"), moment);
        assert_eq!(seconds("2024-05-01T12:00:00+02:00[Europe/Paris]"), moment);
        assert_eq!(seconds(" 2024-05-01 10:00:00 "), moment);
        assert_eq!(seconds("2024-05-01T10:00"), moment);
        assert_eq!(seconds("Wed, 01 May 2024 12:00:00 +0200"), moment);
        assert_eq!(seconds("Mon, 01 May 2024 10:00:00 GMT"), moment, "a wrong weekday is forgiven");
        assert_eq!(seconds("2024-05-01"), Some(1_714_521_600));
        assert_eq!(seconds("1969-12-31"), Some(-86_400));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "yesterday", "2024-13-01", "01/02/2024", "26-FEB-1987 15:01:01.79", &"9".repeat(500)]
        {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
