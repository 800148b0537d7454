//! Dates of articles: the text a source wrote goes in, seconds since 1970 come out, or nothing.
//!
//! A date without a time is its midnight, a time without an offset is in UTC: a guess that is the
//! same on every machine. No time zone database is asked.
//!
//! Standards are tried first; then the ways people write, as long as only one day can be meant: the month in letters, or
//! the year first. `01/02/2024` is two days, so it is none.

use jiff::{Timestamp, civil, fmt::rfc2822, tz::Offset};

/// Reads RFC 3339, an ISO date with or without a time, RFC 2822, a number of seconds or milliseconds since 1970, or what
/// people write: `26-FEB-1987 15:01:01.79`, `May 1, 2024`, `2024/05/01 10:00`.
pub fn seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    // Long text is no date; the bound keeps a parser from being fed an article.
    if text.is_empty() || 80 < text.len() {
        return None;
    }
    text.parse::<Timestamp>()
        .ok()
        .or_else(|| text.parse::<civil::DateTime>().ok().and_then(utc))
        .or_else(|| text.parse::<civil::Date>().ok().and_then(midnight))
        .or_else(|| rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok())
        .map(Timestamp::as_second)
        .or_else(|| number(text))
        .or_else(|| Written::read(text)?.seconds())
}

fn utc(time: civil::DateTime) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(time).ok()
}

fn midnight(date: civil::Date) -> Option<Timestamp> {
    utc(date.to_datetime(civil::Time::midnight()))
}

/// A moment as a number: nine or ten digits are seconds (from 1973 on), twelve or thirteen milliseconds.
fn number(text: &str) -> Option<i64> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let number: i64 = whole.parse().ok().filter(|_| whole.bytes().all(|b| b.is_ascii_digit()))?;
    text.split_once('.').is_none_or(|(_, rest)| rest.bytes().all(|b| b.is_ascii_digit())).then_some(())?;
    match whole.len() {
        9 | 10 => Some(number),
        12 | 13 => Some(number / 1000),
        _ => None,
    }
}

/// A date as people write it, part by part.
#[derive(Debug, Default)]
struct Written {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    time: Option<civil::Time>,
    afternoon: Option<bool>,
    offset: Option<i32>,
}

impl Written {
    /// Takes every part; nothing when one of them is no part of a date.
    fn read(text: &str) -> Option<Self> {
        let mut written = Self::default();
        for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()) {
            written.word(word)?;
        }
        Some(written)
    }

    fn word(&mut self, word: &str) -> Option<()> {
        if word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit()) {
            return self.clock(word);
        }
        if self.time.is_some() && word.starts_with(['+', '-']) {
            return set(&mut self.offset, offset(word)?);
        }
        let parts: Vec<&str> = word.split(['-', '/', '.']).filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            // The year first: nobody writes the day second.
            [year, month, day] if year.len() == 4 && month.bytes().all(|b| b.is_ascii_digit()) => {
                set(&mut self.year, year.parse().ok()?)?;
                set(&mut self.month, month.parse().ok()?)?;
                set(&mut self.day, day.parse().ok()?)
            }
            [day, month, year] if month.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                set(&mut self.day, day.parse().ok()?)?;
                set(&mut self.month, month_of(month)?)?;
                set(&mut self.year, year_of(year)?)
            }
            [part] => self.part(part),
            [a, b] if matches!((*a, *b), ("a" | "A", "m" | "M")) => self.half(false),
            [p, m] if matches!((*p, *m), ("p" | "P", "m" | "M")) => self.half(true),
            _ => None,
        }
    }

    fn half(&mut self, afternoon: bool) -> Option<()> {
        self.time?;
        set(&mut self.afternoon, afternoon)
    }

    fn part(&mut self, part: &str) -> Option<()> {
        let number = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let suffix = part.get(number.len()..)?.to_ascii_lowercase();
        if !number.is_empty() {
            let ordinal = matches!(suffix.as_str(), "st" | "nd" | "rd" | "th");
            return match number.len() {
                1 | 2 if self.day.is_none() && (suffix.is_empty() || ordinal) => {
                    set(&mut self.day, number.parse().ok()?)
                }
                2 if self.month.is_some() && suffix.is_empty() => set(&mut self.year, year_of(number)?),
                4 if suffix.is_empty() => set(&mut self.year, number.parse().ok()?),
                _ => None,
            };
        }
        match suffix.as_str() {
            "am" => self.half(false),
            "pm" => self.half(true),
            "at" => Some(()),
            name if month_of(name).is_some() => set(&mut self.month, month_of(name)?),
            name if is_weekday(name) => Some(()),
            name => {
                self.time?;
                set(&mut self.offset, zone(name)?)
            }
        }
    }

    /// A time of day, with what may be glued to it.
    fn clock(&mut self, word: &str) -> Option<()> {
        let end = word.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.').unwrap_or(word.len());
        let (clock, behind) = word.split_at(end);
        let (clock, _fraction) = clock.split_once('.').unwrap_or((clock, ""));
        let parts: Vec<&str> = clock.split(':').collect();
        let (hour, minute, second) = match parts.as_slice() {
            [hour, minute] => (hour, minute, &"0"),
            [hour, minute, second] => (hour, minute, second),
            _ => return None,
        };
        if 2 < hour.len() || minute.len() != 2 || 2 < second.len() {
            return None;
        }
        // A leap second is the last one before it, as in every standard.
        let second = second.parse::<i8>().ok()?.min(if *second == "60" { 59 } else { i8::MAX });
        let time = civil::Time::new(hour.parse().ok()?, minute.parse().ok()?, second, 0).ok()?;
        set(&mut self.time, time)?;
        match behind {
            "" => Some(()),
            sign if sign.starts_with(['+', '-']) => set(&mut self.offset, offset(sign)?),
            word => self.part(word),
        }
    }

    fn seconds(self) -> Option<i64> {
        let date = civil::Date::new(self.year?, self.month?, self.day?).ok()?;
        let mut time = self.time.unwrap_or_else(civil::Time::midnight);
        if let Some(afternoon) = self.afternoon {
            let hour = match (time.hour(), afternoon) {
                (hour @ 1..=11, true) => hour + 12,
                (12, false) => 0,
                (hour @ 1..=12, _) => hour,
                _ => return None,
            };
            time = civil::Time::new(hour, time.minute(), time.second(), 0).ok()?;
        }
        let seconds = utc(date.to_datetime(time))?.as_second();
        Some(seconds - i64::from(self.offset.unwrap_or(0)))
    }
}

/// Takes a part that was not there yet; one that stands there twice spoils the date.
fn set<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

/// A year, of two digits as RFC 2822 has it.
fn year_of(text: &str) -> Option<i16> {
    let year: i16 = text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()))?;
    match text.len() {
        4 => Some(year),
        2 => Some(if year < 50 { 2000 } else { 1900 } + year),
        _ => None,
    }
}

fn month_of(name: &str) -> Option<i8> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let name = name.to_ascii_lowercase();
    let at = NAMES.iter().position(|full| {
        *full == name || full.get(..3) == Some(name.as_str()) || *full == "september" && name == "sept"
    });
    i8::try_from(at? + 1).ok()
}

fn is_weekday(name: &str) -> bool {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    matches!(name, "tues" | "thur" | "thurs")
        || NAMES.iter().any(|full| *full == name || full.get(..3) == Some(name))
}

/// Seconds east of Greenwich, of `+0200` and `+02:00`.
fn offset(text: &str) -> Option<i32> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits = digits.replacen(':', "", 1);
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (digits.get(..2)?.parse().ok()?, digits.get(2..)?.parse().ok()?);
    (hours <= 15 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Seconds east of Greenwich of the zones whose names mean one offset: those of RFC 2822 and Europe's. (`IST` is three
/// places, `BST` two.)
fn zone(name: &str) -> Option<i32> {
    let hours = match name {
        "z" | "ut" | "utc" | "gmt" | "wet" => 0,
        "est" | "cdt" => -5,
        "edt" => -4,
        "cst" | "mdt" => -6,
        "mst" | "pdt" => -7,
        "pst" => -8,
        "cet" | "west" => 1,
        "cest" | "eet" => 2,
        "eest" | "msk" => 3,
        _ => return None,
    };
    Some(hours * 3600)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn the_usual_ways_to_write_one_moment_agree() {
        let moment = Some(1_714_557_600);
        for text in [
            "2024-05-01T10:00:00Z",
            "2024-05-01T12:00:00+02:00",
            "2024-05-01T12:00:00+02:00[Europe/Paris]",
            " 2024-05-01 10:00:00 ",
            "2024-05-01T10:00",
            "2024-05-01 12:00:00 +0200",
            "2024-05-01 10:00:00 UTC",
            "2024-05-01T10:00:00.000+0000",
            "Wed, 01 May 2024 12:00:00 +0200",
            "Wed, 01 May 24 06:00:00 EDT",
            "1 May 2024 10:00 GMT",
            "2024/05/01 10:00",
            "1-May-2024 10:00:00.79",
            "01-MAY-24 10:00:00",
            "May 1, 2024 10:00 AM",
            "Wed, May 1 2024 10:00:00 AM",
            "Wednesday, May 1st, 2024 at 10:00",
            "1714557600",
            "1714557600000",
            "1714557600.25",
        ] {
            assert_eq!(seconds(text), moment, "{text}");
        }
        assert_eq!(seconds("Mon, 01 May 2024 10:00:00 GMT"), moment, "a wrong weekday is forgiven");
        assert_eq!(seconds("May 1, 2024 10:00 p.m."), Some(1_714_600_800));
        assert_eq!(seconds("May 1, 2024 12:30am"), Some(1_714_523_400));
        for text in
            ["2024-05-01", "2024/05/01", "2024.05.01", "20240501", "May 1, 2024", "1 May 2024", "01-May-2024"]
        {
            assert_eq!(seconds(text), Some(1_714_521_600), "{text}");
        }
        assert_eq!(seconds("1969-12-31"), Some(-86_400));
        assert_eq!(seconds("26-FEB-1987 15:01:01.79"), Some(541_350_061));
        assert_eq!(seconds(" 9-MAR-1987 00:00:00.00"), Some(542_246_400));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "yesterday",
            "2024-13-01",
            "2024-02-30",
            "30 Feb 2024",
            // The first of February, or the second of January?
            "01/02/2024",
            "1.2.2024",
            "01-02-2024",
            "01/02/03",
            "May 2024",
            "May 1",
            "2024",
            "12",
            "12345678901",
            "May 1, 2024 10:00 IST",
            "May 1, 2024 25:00",
            "May 1, 2024 13:00 pm",
            "May 1, 2024 (updated)",
            "1 May 2024 2 May 2024",
            "1 May 2024 IBM",
            "10:00",
            &"9".repeat(500),
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
