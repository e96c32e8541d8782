//! The two forms in XML: JUnit's, where each finding is a failed test, and Checkstyle's.

use super::code;
use super::frame::{Frame, whole_message, word};
use crate::lint::Finding;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;

type Xml = Writer<Vec<u8>>;

/// Renders the findings as a suite of tests; one that passes stands for a run without findings.
pub fn junit(frame: &Frame<'_>) -> String {
    let n = frame.findings.len();
    let (tests, failures) = (n.max(1).to_string(), n.to_string());
    document(|xml| {
        xml.create_element("testsuites").with_attribute(("name", "hazmap")).write_inner_content(|xml| {
            let suite = xml.create_element("testsuite").with_attributes([
                ("name", "hazmap"),
                ("tests", tests.as_str()),
                ("failures", failures.as_str()),
                ("errors", "0"),
            ]);
            suite.write_inner_content(|xml| {
                for finding in frame.findings {
                    test_case(xml, frame, finding)?;
                }
                if n == 0 {
                    let passed = [("name", "no findings"), ("classname", "hazmap")];
                    xml.create_element("testcase").with_attributes(passed).write_empty()?;
                }
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    })
}

fn test_case(xml: &mut Xml, frame: &Frame<'_>, finding: &Finding) -> io::Result<()> {
    let at = finding.diagnostic.span.map(|span| frame.region(span));
    let file = at.as_ref().map(|at| at.path.clone()).unwrap_or_default();
    let place = at.map(|at| format!("{}:{}:{}", at.path, at.line, at.column)).unwrap_or_default();
    let name = printable(format!("{} {place}", code(finding)).trim());
    let (message, text) = (printable(&finding.diagnostic.message), printable(&whole_message(finding)));
    let case = [("name", name.as_str()), ("classname", file.as_str()), ("file", file.as_str())];
    let failure = [("type", word(finding.level)), ("message", message.as_str())];
    xml.create_element("testcase").with_attributes(case).write_inner_content(|xml| {
        let text = format!("{place}\n{text}");
        xml.create_element("failure").with_attributes(failure).write_text_content(BytesText::new(&text))?;
        Ok(())
    })?;
    Ok(())
}

/// Renders the findings file by file, in their order.
pub fn checkstyle(frame: &Frame<'_>) -> String {
    document(|xml| {
        xml.create_element("checkstyle").with_attribute(("version", "4.3")).write_inner_content(|xml| {
            let file = |finding: &Finding| finding.diagnostic.span.map(|span| span.file);
            for of_file in frame.findings.chunk_by(|a, b| file(a) == file(b)) {
                let path = of_file.first().and_then(file).map(|id| frame.path(id)).unwrap_or_default();
                let element = xml.create_element("file").with_attribute(("name", path.as_str()));
                element.write_inner_content(|xml| of_file.iter().try_for_each(|it| error(xml, frame, it)))?;
            }
            Ok(())
        })?;
        Ok(())
    })
}

fn error(xml: &mut Xml, frame: &Frame<'_>, finding: &Finding) -> io::Result<()> {
    let at = finding.diagnostic.span.map(|span| frame.region(span));
    let (line, column) = at.map_or((0, 0), |at| (at.line, at.column));
    let (line, column) = (line.to_string(), column.to_string());
    let (message, source) = (printable(&whole_message(finding)), code(finding));
    let attributes = [
        ("line", line.as_str()),
        ("column", column.as_str()),
        ("severity", word(finding.level)),
        ("message", message.as_str()),
        ("source", source.as_str()),
    ];
    xml.create_element("error").with_attributes(attributes).write_empty()?;
    Ok(())
}

fn document(write: impl FnOnce(&mut Xml) -> io::Result<()>) -> String {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to memory cannot fail.
    let _ = xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    let _ = write(&mut xml);
    let mut text = String::from_utf8_lossy(&xml.into_inner()).into_owned();
    text.push('\n');
    text
}

/// Leaves out the characters that no XML document may hold.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}
