//! Is this JSON, and what does it say? For tests only, which include this file by its path.
//!
//! Strict: RFC 8259 to the letter, and no key twice in an object. What is not JSON is told with the
//! place where it stops being so.

#![allow(dead_code)] // not every test asks for everything

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// As it was written: numbers of nanoseconds are longer than an `f64` is exact.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// Reads one value, and nothing behind it.
pub(crate) fn try_parse(text: &str) -> Result<Json, String> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value()?;
    reader.space();
    if reader.at < text.len() {
        return Err(reader.wrong("nothing more"));
    }
    Ok(value)
}

/// Reads one value; anything else fails the test.
#[track_caller]
pub(crate) fn parse(text: &str) -> Json {
    try_parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

impl Json {
    /// The value of this key; none is a failure.
    #[track_caller]
    pub(crate) fn get(&self, key: &str) -> &Json {
        self.find(key).unwrap_or_else(|| panic!("no {key:?} in {self:?}"))
    }

    pub(crate) fn find(&self, key: &str) -> Option<&Json> {
        let Json::Object(entries) = self else { return None };
        entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    #[track_caller]
    pub(crate) fn text(&self) -> &str {
        let Json::Text(text) = self else { panic!("no text: {self:?}") };
        text
    }

    #[track_caller]
    pub(crate) fn number(&self) -> u64 {
        let Json::Number(number) = self else { panic!("no number: {self:?}") };
        number.parse().unwrap_or_else(|_| panic!("no whole number: {number}"))
    }

    #[track_caller]
    pub(crate) fn fraction(&self) -> f64 {
        let Json::Number(number) = self else { panic!("no number: {self:?}") };
        number.parse().expect("checked when it was read")
    }

    #[track_caller]
    pub(crate) fn list(&self) -> &[Json] {
        let Json::List(list) = self else { panic!("no list: {self:?}") };
        list
    }

    #[track_caller]
    pub(crate) fn keys(&self) -> Vec<&str> {
        let Json::Object(entries) = self else { panic!("no object: {self:?}") };
        entries.iter().map(|(name, _)| name.as_str()).collect()
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<Json, String> {
        self.space();
        match self.peek() {
            Some('{') => self.object(),
            Some('[') => self.list(),
            Some('"') => self.string().map(Json::Text),
            Some('-' | '0'..='9') => self.number(),
            _ if self.takes("null") => Ok(Json::Null),
            _ if self.takes("true") => Ok(Json::Bool(true)),
            _ if self.takes("false") => Ok(Json::Bool(false)),
            _ => Err(self.wrong("a value")),
        }
    }

    fn object(&mut self) -> Result<Json, String> {
        let mut entries: Vec<(String, Json)> = Vec::new();
        self.expect("{")?;
        self.space();
        if self.takes("}") {
            return Ok(Json::Object(entries));
        }
        loop {
            self.space();
            let key = self.string()?;
            if entries.iter().any(|(known, _)| *known == key) {
                return Err(self.wrong(&format!("no second {key:?}")));
            }
            self.space();
            self.expect(":")?;
            entries.push((key, self.value()?));
            self.space();
            if self.takes("}") {
                return Ok(Json::Object(entries));
            }
            self.expect(",")?;
        }
    }

    fn list(&mut self) -> Result<Json, String> {
        let mut list = Vec::new();
        self.expect("[")?;
        self.space();
        if self.takes("]") {
            return Ok(Json::List(list));
        }
        loop {
            list.push(self.value()?);
            self.space();
            if self.takes("]") {
                return Ok(Json::List(list));
            }
            self.expect(",")?;
        }
    }

    fn string(&mut self) -> Result<String, String> {
        self.expect("\"")?;
        let mut string = String::new();
        loop {
            let Some(next) = self.peek() else { return Err(self.wrong("the end of a string")) };
            self.at += next.len_utf8();
            match next {
                '"' => return Ok(string),
                '\\' => string.push(self.escape()?),
                '\0'..' ' => return Err(self.wrong("no raw control character")),
                other => string.push(other),
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let Some(escape) = self.peek() else { return Err(self.wrong("an escape")) };
        self.at += escape.len_utf8();
        Ok(match escape {
            '"' | '\\' | '/' => escape,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let digits = self.text.get(self.at..self.at + 4).unwrap_or_default();
                let code = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
                self.at += digits.len();
                // We write no surrogates.
                code.ok_or_else(|| self.wrong("four digits of a character"))?
            }
            _ => return Err(self.wrong("a known escape")),
        })
    }

    fn number(&mut self) -> Result<Json, String> {
        let start = self.at;
        let _minus = self.takes("-");
        let whole = self.digits()?;
        if whole.len() > 1 && whole.starts_with('0') {
            return Err(self.wrong("no zero in front"));
        }
        if self.takes(".") {
            self.digits()?;
        }
        if self.takes("e") || self.takes("E") {
            let _sign = self.takes("+") || self.takes("-");
            self.digits()?;
        }
        Ok(Json::Number(self.text[start..self.at].to_owned()))
    }

    fn digits(&mut self) -> Result<String, String> {
        let start = self.at;
        while matches!(self.peek(), Some('0'..='9')) {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.wrong("a digit"));
        }
        Ok(self.text[start..self.at].to_owned())
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn takes(&mut self, word: &str) -> bool {
        let there = self.text[self.at..].starts_with(word);
        self.at += if there { word.len() } else { 0 };
        there
    }

    fn expect(&mut self, word: &str) -> Result<(), String> {
        if self.takes(word) { Ok(()) } else { Err(self.wrong(&format!("{word:?}"))) }
    }

    fn wrong(&self, expected: &str) -> String {
        let found: String = self.text[self.at..].chars().take(40).collect();
        format!("not JSON: expected {expected} at byte {}, found {found:?}", self.at)
    }
}

#[test]
fn the_reader_knows_json_from_what_looks_like_it() {
    for text in ["{}", "[1, -2.5e3, \"\\u00e4\\/\"]", "{\"a\":[null,true,false]}", "0"] {
        assert!(try_parse(text).is_ok(), "{text}");
    }
    let wrong =
        ["", "{", "{\"a\":1,}", "[1,]", "01", "1.", "'a'", "{a:1}", "\"\n\"", "\"\\x\"", "1 2"];
    for text in wrong.into_iter().chain(["{\"a\":1,\"a\":2}", "nul", "\"open", "+1", "NaN"]) {
        assert!(try_parse(text).is_err(), "{text}");
    }
}
