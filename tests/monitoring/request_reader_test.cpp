#include "monitoring/http/request_reader.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace vigil::monitoring;

namespace {

constexpr RequestLimits kLimits{.header = 1'000, .body = 100};

/// What a reader makes of a connection's bytes, a line a request and a last one for what it refuses or waits
/// for.
std::string told(const std::vector<std::string>& pieces, const RequestLimits& limits = kLimits) {
  RequestReader reader(limits);
  std::string text;
  for (const std::string& piece : pieces) {
    reader.feed(piece);
    while (true) {
      const ReadResult result = reader.next();
      if (result == ReadResult::NeedsMore) break;
      if (result == ReadResult::Header) continue;
      if (result != ReadResult::Whole) return text + reader.fault();
      text += std::string(to_string(reader.request().method)) + ' ' + std::string(reader.raw_path());
      for (const auto& [name, value] : reader.request().query)
        text.append(" ").append(name).append("=").append(value);
      text += reader.wants_close() ? " close [" : " [";
      text += reader.request().body + "]\n";
      reader.restart();
    }
  }
  return text + (reader.has_begun() ? "more" : "");
}

std::string told(const std::string& bytes) {
  return told(std::vector<std::string>{bytes});
}

const std::string kGet = "GET /a HTTP/1.1\r\nHost: x\r\n";
const std::string kPost = "POST /a HTTP/1.1\r\nHost: x\r\n";
const std::string kChunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";

}  // namespace

TEST_CASE("a request is read from its bytes, and what follows is the next one") {
  CHECK(told("GET /a/b?x=1&y=%20 HTTP/1.1\r\nHost: x\r\n\r\n") == "GET /a/b x=1 y=  []\n");
  CHECK(told(kPost + "Content-Length: 3\r\n\r\nabc" + kGet + "\r\n") == "POST /a [abc]\nGET /a []\n");
  CHECK(told(kChunked + "3\r\nabc\r\n2;x=\"y\"\r\nde\r\n0\r\nX: trailer\r\n\r\n" + kGet) ==
        "POST /a [abcde]\nmore");
  CHECK(told("\r\n\r\n" + kGet + "\r\n") == "GET /a []\n");
  CHECK(told("").empty());
}

TEST_CASE("the target may name the server, and a strange method is other") {
  CHECK(told("GET http://host:80/a?b HTTP/1.1\r\nHost: x\r\n\r\n") == "GET /a b= []\n");
  CHECK(told("GET http://host HTTP/1.1\r\nHost: x\r\n\r\n") == "GET / []\n");
  CHECK(told("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n") == "OPTIONS * []\n");
  CHECK(told("BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n") == "other /pot []\n");
}

TEST_CASE("the connection closes when the client says so, and behind HTTP/1.0 unless it says otherwise") {
  CHECK(told(kGet + "Connection: close\r\n\r\n") == "GET /a close []\n");
  CHECK(told("GET /a HTTP/1.0\r\n\r\n") == "GET /a close []\n");
  CHECK(told("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") == "GET /a []\n");
}

TEST_CASE("what two readers could take for different requests is refused") {
  const std::string lengths = "there must be one Content-Length or one Transfer-Encoding";
  CHECK(told(kPost + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc") == lengths);
  CHECK(told(kPost + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc") == lengths);
  CHECK(told(kPost + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc") == lengths);
  CHECK(told(kPost + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n") == lengths);

  const std::string encoding = "Transfer-Encoding must be chunked, and of HTTP/1.1";
  for (const std::string_view value : {"gzip", "gzip, chunked", "chunked, gzip", "chunked,", "xchunked"}) {
    CAPTURE(value);
    CHECK(told(kPost + "Transfer-Encoding: " + std::string(value) + "\r\n\r\n") == encoding);
  }
  CHECK(told("POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == encoding);

  CHECK(told(kPost + "Content-Length: 3, 3\r\n\r\nabc") == "Content-Length must be one number");
  const std::string no_request = "this is not a request of HTTP/1.1";
  for (const std::string_view value : {"", "+3", "-3", "0x3", "3 3", "99999999999999999999"}) {
    CAPTURE(value);
    CHECK(told(kPost + "Content-Length: " + std::string(value) + "\r\n\r\n") == no_request);
  }
  CHECK(told(kPost + "Content-Length : 3\r\n\r\nabc") == no_request);
  CHECK(told(kPost + " Content-Length: 3\r\n\r\nabc") == "lines of a header must not be folded");
  CHECK(told(kPost + "X: y\r\n\tContent-Length: 3\r\n\r\n") == "lines of a header must not be folded");
}

TEST_CASE("only a carriage return and a line feed end a line") {
  const std::string controls = "there must be no control characters in a header";
  CHECK(told("GET /a HTTP/1.1\nHost: x\n\r\n\r\n") == controls);
  CHECK(told(kGet + "X: y\nZ: 1\r\n\r\n") == controls);
  CHECK(told(kGet + "X: y\rZ: 1\r\n\r\n") == controls);
  CHECK(told(kGet + std::string("X: \0\r\n\r\n", 8)) == controls);
  CHECK(told("GET /a\tb HTTP/1.1\r\nHost: x\r\n\r\n") == "this is not a request of HTTP/1.1");
  CHECK(told(kGet + "\n\n") == "more");
}

TEST_CASE("there must be one host") {
  CHECK(told("GET /a HTTP/1.1\r\n\r\n") == "there must be one Host");
  CHECK(told(kGet + "Host: y\r\n\r\n") == "there must be one Host");
  CHECK(told("GET /a HTTP/1.0\r\n\r\n") == "GET /a close []\n");
}

TEST_CASE("what is not HTTP/1.1 is refused") {
  for (const std::string_view line :
       {"NONSENSE", "GET /a", "GET  /a HTTP/1.1", "GET /a b HTTP/1.1", "GET /a HTTP/2.0", "GET /a HTTP/1.1 ",
        "G(T /a HTTP/1.1", " GET /a HTTP/1.1"}) {
    CAPTURE(line);
    CHECK(told(std::string(line) + "\r\nHost: x\r\n\r\n") == "this is not a request of HTTP/1.1");
  }
}

TEST_CASE("wrong chunks are refused") {
  for (const std::string_view body : {"x\r\n", "3\r\nabcd\r\n0\r\n\r\n", "3 3\r\nabc", "-1\r\n",
                                      "3;x=\"\n\"\r\nabc\r\n", "0\r\nX\r\n\r\n"}) {
    CAPTURE(body);
    CHECK(told(kChunked + std::string(body)) == "this is not a body in chunks");
  }
}

TEST_CASE("a header has a bound in bytes and in lines, and so has a chunk's line") {
  const std::string limit =
      "line and headers must not be longer than 1000 bytes, nor be more than 63 headers";
  const std::size_t rest = kLimits.header - kGet.size() - std::string_view("X: \r\n\r\n").size();
  CHECK(told(kGet + "X: " + std::string(rest, 'y') + "\r\n\r\n") == "GET /a []\n");
  CHECK(told(kGet + "X: " + std::string(rest + 1, 'y') + "\r\n\r\n") == limit);
  CHECK(told(kGet + "X: " + std::string(2'000, 'y')) == limit);  // without waiting for its end
  std::string lines;
  for (int i = 0; i < 62; ++i) lines += "X: y\r\n";
  CHECK(told(kGet + lines + "\r\n") == "GET /a []\n");
  CHECK(told(kGet + lines + "X: y\r\n\r\n") == limit);
  CHECK(told(kChunked + "1;" + std::string(1'000, 'x')) == limit);
}

TEST_CASE("a body has a bound, by its announced length and by its chunks") {
  const std::string limit = "the body must not be longer than 100 bytes";
  CHECK(told(kPost + "Content-Length: 100\r\n\r\n") == "more");
  CHECK(told(kPost + "Content-Length: 101\r\n\r\n") == limit);
  CHECK(told(kPost + "Content-Length: 18446744073709551615\r\n\r\n") == limit);
  CHECK(told(kChunked + "64\r\n" + std::string(100, 'x') + "\r\n0\r\n\r\n") ==
        "POST /a [" + std::string(100, 'x') + "]\n");
  CHECK(told(kChunked + "65\r\n") == limit);
  CHECK(told(kChunked + "64\r\n" + std::string(100, 'x') + "\r\n1\r\n") == limit);
  CHECK(told(kChunked + "fffffffffffffff0\r\n") == limit);
}

TEST_CASE("who waits for 100 Continue is known until the body begins") {
  RequestReader reader(kLimits);
  reader.feed(kPost + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  CHECK(reader.next() == ReadResult::Header);
  CHECK(reader.awaits_continue());
  reader.feed("a");
  CHECK(reader.next() == ReadResult::NeedsMore);
  CHECK_FALSE(reader.awaits_continue());
}

TEST_CASE("in whatever pieces a connection's bytes come, the requests are the same") {
  const std::vector<std::string> parts{kGet + "\r\n",
                                       kPost + "Content-Length: 3\r\n\r\nabc",
                                       kChunked + "3\r\nabc\r\n0\r\n\r\n",
                                       kChunked + "3;a=b\r\nabc\r\n1\r\nd\r\n0\r\nX: y\r\n\r\n",
                                       kGet + "X: y\r\n z\r\n\r\n",
                                       kChunked + "x",
                                       "\r\n",
                                       "GET /a"};
  rc::check([&] {
    std::string bytes;
    for (const std::size_t part :
         *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, parts.size()))) {
      bytes += parts[part];
    }
    std::vector<std::string> pieces;
    for (std::size_t begin = 0; begin < bytes.size();) {
      const std::size_t size = *rc::gen::inRange<std::size_t>(1, 40);
      pieces.push_back(bytes.substr(begin, size));
      begin += size;
    }
    RC_ASSERT(told(pieces) == told(bytes));
  });
}
