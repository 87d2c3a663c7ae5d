//! Dates and numbers in the manner of a language. The one file that knows `icu`.

use icu_calendar::{Date as IcuDate, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::{Y, YM, YMD};
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::Locale;

use crate::model::date::Date;

/// What writes the dates and numbers of one language.
#[derive(Debug)]
pub(super) struct Formats {
    days: FixedCalendarDateTimeFormatter<Gregorian, YMD>,
    months: FixedCalendarDateTimeFormatter<Gregorian, YM>,
    years: FixedCalendarDateTimeFormatter<Gregorian, Y>,
    numbers: DecimalFormatter,
}

impl Formats {
    /// The formats of a language, or of English where there is no data for it.
    pub(super) fn new(tag: &str) -> Self {
        // British order and spelling are what "en" means on a site that does not say "en-US".
        let tag = if tag == "en" { "en-GB" } else { tag };
        let locale: Locale = tag.parse().unwrap_or_else(|_| "en-GB".parse().expect("a tag"));
        let built = "every locale falls back to data that is built in";
        Self {
            days: FixedCalendarDateTimeFormatter::try_new((&locale).into(), YMD::long()).expect(built),
            months: FixedCalendarDateTimeFormatter::try_new((&locale).into(), YM::long()).expect(built),
            years: FixedCalendarDateTimeFormatter::try_new((&locale).into(), Y::long()).expect(built),
            numbers: DecimalFormatter::try_new(
                (&locale).into(),
                icu_decimal::options::DecimalFormatterOptions::default(),
            )
            .expect(built),
        }
    }

    /// A date in words, as exactly as it is known.
    pub(super) fn date(&self, date: Date) -> String {
        let month = date.month().unwrap_or(1);
        let day = date.day().unwrap_or(1);
        let Ok(icu) = IcuDate::try_new_gregorian(i32::from(date.year()), month, day) else { return date.to_string() };
        match (date.month(), date.day()) {
            (_, Some(_)) => self.days.format(&icu).to_string(),
            (Some(_), None) => self.months.format(&icu).to_string(),
            (None, None) => self.years.format(&icu).to_string(),
        }
    }

    /// A whole number, with the separators of the language.
    pub(super) fn integer(&self, number: i64) -> String {
        self.numbers.format(&Decimal::from(number)).to_string()
    }

    /// A decimal number, with the separators of the language.
    pub(super) fn decimal(&self, number: &str) -> String {
        match Decimal::try_from_str(number) {
            Ok(decimal) => self.numbers.format(&decimal).to_string(),
            Err(_) => number.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_differ() {
        let check = |tag: &str, date: &str, expected: &str| {
            let date = Date::parse(date).expect("a date");
            assert_eq!(Formats::new(tag).date(date), expected);
        };
        check("en", "2011-11-25", "25 November 2011");
        check("en", "2011-11", "November 2011");
        check("en", "2011", "2011");
        check("fr", "2011-11-01", "1 novembre 2011");
        assert_eq!(Formats::new("en").integer(7540), "7,540");
        assert_eq!(Formats::new("fr").integer(7540), "7\u{202f}540");
        assert_eq!(Formats::new("en").decimal("1234.5"), "1,234.5");
        assert_eq!(Formats::new("xx-nonsense").integer(5), "5");
    }
}
