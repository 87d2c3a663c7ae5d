//! Dates as authors know them: a year, a month or a day.

use std::fmt;

/// A date of the Gregorian calendar that may lack its day or month (ISO 8601-1, reduced precision).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
}

impl Date {
    /// Accepts `2011`, `2011-11` and `2011-11-25`, when there is such a month or day.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let year = digits(parts.next()?, 4)?;
        let month = parts.next().map(|part| digits(part, 2).ok_or(())).transpose().ok()?;
        let day = parts.next().map(|part| digits(part, 2).ok_or(())).transpose().ok()?;
        if parts.next().is_some() {
            return None;
        }
        let narrow = |number: Option<u16>| number.map(|number| u8::try_from(number).expect("two digits fit"));
        let date = Self { year, month: narrow(month), day: narrow(day) };
        date.exists().then_some(date)
    }

    /// The year.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, from 1 to 12.
    pub fn month(self) -> Option<u8> {
        self.month
    }

    /// The day, from 1 to 31.
    pub fn day(self) -> Option<u8> {
        self.day
    }

    /// Whether all three parts are known.
    pub fn is_whole(self) -> bool {
        self.day.is_some()
    }

    /// Whether the whole of it lies before a day: a year when it is over, a month when it is over.
    pub fn is_over(self, today: Self) -> bool {
        let own = (self.year, self.month, self.day);
        let other = (today.year, self.month.and(today.month), self.day.and(today.day));
        own < other
    }

    /// The first day of the year, month or day, counted from 1 January 1970.
    ///
    /// The count is that of the proleptic Gregorian calendar (Howard Hinnant's `days_from_civil`).
    pub fn first_day(self) -> i64 {
        let month = i64::from(self.month.unwrap_or(1));
        let day = i64::from(self.day.unwrap_or(1));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The day that lies so many days after 1 January 1970.
    pub fn from_days(days: i64) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self {
            year: u16::try_from(year.clamp(0, 9999)).expect("clamped to four digits"),
            month: u8::try_from(month).ok(),
            day: u8::try_from(day).ok(),
        }
    }

    fn exists(self) -> bool {
        let Some(month) = self.month else { return true };
        let is_leap = self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        let last = match month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return false,
        };
        self.day.is_none_or(|day| (1..=last).contains(&day))
    }
}

fn digits(text: &str, count: usize) -> Option<u16> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(formatter, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(formatter, "-{day:02}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn only_real_dates_are_dates() {
        for text in ["2011", "2011-11", "2011-11-25", "2024-02-29"] {
            assert_eq!(Date::parse(text).map(|date| date.to_string()).as_deref(), Some(text));
        }
        for text in ["", "11", "2011-13", "2011-02-29", "2011-1-1", "2011-11-25-1", "25 November 2011"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_year_is_over_when_its_last_day_is() {
        let date = |text: &str| Date::parse(text).expect("a date");
        let today = date("2026-11-22");
        for (text, is_over) in [("2026", false), ("2025", true), ("2026-11", false), ("2026-10", true)] {
            assert_eq!(date(text).is_over(today), is_over, "{text}");
        }
        assert!(date("2026-11-21").is_over(today) && !date("2026-11-22").is_over(today));
    }

    #[test]
    fn days_count_from_the_epoch() {
        let check = |text: &str, days: i64| {
            let date = Date::parse(text).expect("a date");
            assert_eq!(date.first_day(), days, "{text}");
            assert_eq!(Date::from_days(days).to_string(), text);
        };
        check("1970-01-01", 0);
        check("2000-03-01", 11_017);
        check("2024-02-29", 19_782);
        check("1969-12-31", -1);
    }
}
