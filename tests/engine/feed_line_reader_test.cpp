#include "engine/feed/line_reader.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/engine/feed_files.h"

namespace vigil::engine {
namespace {

using testing::error_of;
using testing::TemporaryDirectory;

/// Lines as text, one that is too long as "<too long>".
std::vector<std::string> lines_of(const std::string& path) {
  LineReader reader(path);
  std::vector<std::string> lines;
  std::string_view line;
  for (;;) {
    const LineStatus status = reader.next(line);
    if (status == LineStatus::End) return lines;
    lines.emplace_back(status == LineStatus::Line ? line : "<too long>");
    REQUIRE(reader.line_number() == lines.size());
  }
}

using Lines = std::vector<std::string>;

TEST_CASE("lines end in LF or CRLF and the last one perhaps in nothing") {
  const TemporaryDirectory folder;
  CHECK(lines_of(folder.write("a", "one\ntwo\r\n\nfour")) == Lines{"one", "two", "", "four"});
  CHECK(lines_of(folder.write("b", "one\n")) == Lines{"one"});
  CHECK(lines_of(folder.write("c", "\r\n")) == Lines{""});
  CHECK(lines_of(folder.write("d", "one\rtwo\r")) == Lines{"one\rtwo"});
  CHECK(lines_of(folder.write("e", "")).empty());
}

TEST_CASE("gzip is told by its bytes, whatever the name") {
  const TemporaryDirectory folder;
  CHECK(lines_of(folder.write_gzip("a.csv", "one\ntwo\n")) == Lines{"one", "two"});
  CHECK(lines_of(folder.write("b.gz", "one\ntwo\n")) == Lines{"one", "two"});
  CHECK(lines_of(folder.write_gzip("c.gz", "")).empty());
}

TEST_CASE("gzip files put behind one another read as one") {
  const TemporaryDirectory folder;
  const std::string both = TemporaryDirectory::gzip("one\ntw") + TemporaryDirectory::gzip("o\nthree");
  CHECK(lines_of(folder.write("a.gz", both)) == Lines{"one", "two", "three"});
}

TEST_CASE("any text comes back line by line, plain and compressed") {
  CHECK(rc::check([] {
    const auto lines = *rc::gen::container<Lines>(
        rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab,\" \x01\xff\r0123456789"))));
    std::string text;
    Lines expected;
    for (const std::string& line : lines) {
      text += line + "\n";
      expected.push_back(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
    }
    const TemporaryDirectory folder;
    RC_ASSERT(lines_of(folder.write("plain", text)) == expected);
    RC_ASSERT(lines_of(folder.write_gzip("packed", text)) == expected);
  }));
}

TEST_CASE("a line of the greatest length is read and a longer one is passed over") {
  const TemporaryDirectory folder;
  const std::string longest(LineReader::kMaxLineLength, 'x');
  CHECK(lines_of(folder.write("a", longest + "\nnext")) == Lines{longest, "next"});
  CHECK(lines_of(folder.write("b", longest + "\r\nnext")) == Lines{longest, "next"});
  CHECK(lines_of(folder.write("c", longest)) == Lines{longest});
  CHECK(lines_of(folder.write("d", longest + "x\nnext\n")) == Lines{"<too long>", "next"});
  CHECK(lines_of(folder.write("e", longest + "x")) == Lines{"<too long>"});
  CHECK(lines_of(folder.write("f", longest + longest + longest + "\nnext")) == Lines{"<too long>", "next"});
  CHECK(lines_of(folder.write("g", "first\n" + longest + longest)) == Lines{"first", "<too long>"});
}

TEST_CASE("what is not a readable file says so") {
  const TemporaryDirectory folder;
  const auto error = [&folder](const std::string& path) {
    return error_of(folder, [&path] { (void)lines_of(path); });
  };
  CHECK(error(folder.path("none.csv")) == "none.csv: must be a readable file: No such file or directory");
  std::filesystem::create_directory(folder.path("sub"));
  CHECK(error(folder.path("sub")) == "sub: must be a file, was a directory");
  const std::string zip =
      ": must be a plain or gzip text file, was a zip archive: unpack it and name the file inside";
  CHECK(error(folder.write("a.zip", "ts,venue\n")) == "a.zip" + zip);
  CHECK(error(folder.write("a.ZIP", "")) == "a.ZIP" + zip);
  CHECK(error(folder.write("a.csv", std::string_view("PK\x03\x04rest", 8))) == "a.csv" + zip);
}

TEST_CASE("a gzip file that was cut off gives its whole lines and then an error with the line") {
  const TemporaryDirectory folder;
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "line " + std::to_string(i * 7919 % 1000) + "\n";
  const std::string packed = TemporaryDirectory::gzip(text);
  const std::string path = folder.write("a.gz", packed.substr(0, packed.size() / 2));

  std::size_t whole = 0;
  const std::string error = error_of(folder, [&] {
    LineReader reader(path);
    std::string_view line;
    while (reader.next(line) == LineStatus::Line) {
      CHECK(line == "line " + std::to_string(whole * 7919 % 1000));
      ++whole;
    }
  });
  CHECK(whole > 10);
  CHECK(whole < 1000);
  CHECK(error == "a.gz:" + std::to_string(whole + 1) + ": gzip data: must be whole, was cut off");
}

TEST_CASE("a gzip file cut off anywhere is never taken for a whole one") {
  const TemporaryDirectory folder;
  const std::string packed = TemporaryDirectory::gzip("one\ntwo\nthree\n");
  for (std::size_t size = 2; size < packed.size(); ++size) {
    CAPTURE(size);
    const std::string path = folder.write("a.gz", packed.substr(0, size));
    CHECK(error_of(folder, [&path] { (void)lines_of(path); }).find("must be whole, was cut off") !=
          std::string::npos);
  }
}

TEST_CASE("a damaged gzip file is an error") {
  const TemporaryDirectory folder;
  std::string packed = TemporaryDirectory::gzip("one\ntwo\nthree\n");
  packed[packed.size() - 6] = static_cast<char>(packed[packed.size() - 6] ^ 0x55);  // in the checksum
  const std::string path = folder.write("a.gz", packed);
  const std::string error = error_of(folder, [&path] { (void)lines_of(path); });
  CHECK(error.find("gzip data: must be intact, was damaged (") != std::string::npos);
}

TEST_CASE("values in errors are shortened and escaped") {
  CHECK(in_quotes("abc") == "\"abc\"");
  CHECK(in_quotes(std::string_view("a\0\x1b\"\\\xff", 6)) == R"("a\x00\x1b\"\\\xff")");
  CHECK(in_quotes(std::string(40, 'x')) == "\"" + std::string(40, 'x') + "\"");
  CHECK(in_quotes(std::string(41, 'x')) == "\"" + std::string(40, 'x') + "...\"");
}

}  // namespace
}  // namespace vigil::engine
