// Puts an engine under a steady load of orders over HTTP and looks at what should not move meanwhile: its
// memory, the cash identity, what its journal has lost. By hand:
//
//   vigil run --config tests/soak/engine.yaml --data DIR
//   soak [--port 9464] [--rate 10000] [--minutes 20] [--connections 14]
//
// Prints a line every ten seconds; ends with exit code 1 if an order was not answered, the identity has a
// residual, or records were lost.

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::uint64_t port = 9464;
  std::uint64_t rate = 10'000;
  std::uint64_t minutes = 20;
  std::uint64_t connections = 14;
};

bool read(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; i += 2) {
    const std::string_view name = argv[i];
    std::uint64_t* const number = name == "--port"          ? &options.port
                                  : name == "--rate"        ? &options.rate
                                  : name == "--minutes"     ? &options.minutes
                                  : name == "--connections" ? &options.connections
                                                            : nullptr;
    const std::string_view text = i + 1 < argc ? argv[i + 1] : "";
    const char* const end = text.data() + text.size();
    if (number == nullptr || text.empty() || std::from_chars(text.data(), end, *number).ptr != end) {
      std::fprintf(stderr, "usage: soak [--port N] [--rate N] [--minutes N] [--connections N], was %s %s\n",
                   argv[i], std::string{text}.c_str());
      return false;
    }
  }
  return true;
}

/// One connection that asks and waits for the answer. Throws std::runtime_error when it breaks.
class Connection {
 public:
  explicit Connection(std::uint64_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("connect");
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The answer's status; its body is in body().
  int ask(std::string_view request) {
    while (!request.empty()) {
      const ssize_t sent = ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
      if (sent <= 0) fail("send");
      request.remove_prefix(static_cast<std::size_t>(sent));
    }
    buffer_.clear();
    std::size_t head = std::string::npos;
    while ((head = buffer_.find("\r\n\r\n")) == std::string::npos) receive();
    constexpr std::string_view kLength = "Content-Length: ";
    const std::size_t at = buffer_.find(kLength);
    std::size_t length = 0;
    if (at >= head) fail("read an answer without a length");
    std::from_chars(buffer_.data() + at + kLength.size(), buffer_.data() + head, length);
    body_begin_ = head + 4;
    while (buffer_.size() < body_begin_ + length) receive();
    return std::atoi(buffer_.c_str() + std::strlen("HTTP/1.1 "));
  }
  [[nodiscard]] std::string_view body() const { return std::string_view{buffer_}.substr(body_begin_); }

 private:
  void receive() {
    char bytes[65536];
    const ssize_t got = ::recv(socket_, bytes, sizeof bytes, 0);
    if (got <= 0) fail("receive");
    buffer_.append(bytes, static_cast<std::size_t>(got));
  }
  [[noreturn]] static void fail(const char* what) {
    throw std::runtime_error(std::string{"cannot "} + what + ": " + std::strerror(errno));
  }

  int socket_;
  std::string buffer_;
  std::size_t body_begin_ = 0;
};

std::string post(std::string_view body) {
  return "POST /api/control/order HTTP/1.1\r\nHost: soak\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string{body};
}

/// Buys and sells one share by turns, at the market: positions stay small, every order trades.
std::string order(const std::string& run, std::uint64_t number) {
  return post(
      "{\"client_order_id\":\"" + run + "-" + std::to_string(number) +
      "\",\"account\":\"MAIN\",\"strategy\":\"desk\",\"symbol\":\"ACME\",\"venue\":\"SIM-A\",\"side\":\"" +
      (number % 2 == 0 ? "buy" : "sell") +
      "\",\"type\":\"market\",\"time_in_force\":\"IOC\",\"quantity\":\"1\"}");
}

struct Counts {
  std::atomic<std::uint64_t> next{0};
  std::atomic<std::uint64_t> acknowledged{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> unanswered{0};
  std::atomic<std::int64_t> waited{0};  ///< nanoseconds, of all answers
};

void place(const Options& options, const std::string& run, Clock::time_point start, std::uint64_t orders,
           Counts& counts) {
  try {
    Connection connection(options.port);
    for (std::uint64_t number = counts.next++; number < orders; number = counts.next++) {
      std::this_thread::sleep_until(start + std::chrono::nanoseconds{number * 1'000'000'000 / options.rate});
      const Clock::time_point before = Clock::now();
      const int status = connection.ask(order(run, number));
      counts.waited += std::chrono::nanoseconds{Clock::now() - before}.count();
      if (status == 200) {
        ++counts.acknowledged;
      } else if (status == 422) {
        ++counts.refused;
      } else if (++counts.unanswered == 1) {
        std::fprintf(stderr, "answered %d: %s\n", status, std::string{connection.body()}.c_str());
      }
    }
  } catch (const std::exception& error) {
    ++counts.unanswered;
    std::fprintf(stderr, "%s\n", error.what());
  }
}

/// The sum over a family's series in an exposition.
double value_of(std::string_view text, std::string_view name) {
  double sum = 0;
  for (std::size_t at = 0; (at = text.find(name, at)) != std::string_view::npos; at += name.size()) {
    const bool is_line = at == 0 || text[at - 1] == '\n';
    const char behind = at + name.size() < text.size() ? text[at + name.size()] : '\n';
    if (!is_line || (behind != ' ' && behind != '{')) continue;
    const std::size_t line_end = text.find('\n', at);
    const std::size_t number = text.rfind(' ', line_end);
    sum += std::strtod(std::string{text.substr(number + 1, line_end - number - 1)}.c_str(), nullptr);
  }
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!read(argc, argv, options) || options.rate == 0) return 2;
  const std::uint64_t orders = options.rate * options.minutes * 60;
  const std::string run = "soak" + std::to_string(::getpid());
  Counts counts;
  const Clock::time_point start = Clock::now();
  std::vector<std::jthread> clients;
  for (std::uint64_t i = 0; i < options.connections; ++i) {
    clients.emplace_back([&] { place(options, run, start, orders, counts); });
  }
  bool is_well = true;
  try {
    Connection scraper(options.port);
    std::printf("seconds orders refused unanswered mean_us rss_mib residual lost stalls fills snapshots\n");
    for (std::uint64_t second = 10; second <= options.minutes * 60 + 10; second += 10) {
      std::this_thread::sleep_until(start + std::chrono::seconds{second});
      scraper.ask("GET /metrics HTTP/1.1\r\nHost: soak\r\n\r\n");
      const std::string_view text = scraper.body();
      const std::uint64_t answered = counts.acknowledged + counts.refused;
      const double residual = value_of(text, "positions_cash_identity_residual");
      const double lost = value_of(text, "journal_records_lost_total");
      is_well = is_well && residual == 0 && lost == 0;
      std::printf(
          "%7lu %lu %lu %lu %.0f %.1f %g %g %g %.0f %.0f\n", second, answered, counts.refused.load(),
          counts.unanswered.load(),
          answered == 0 ? 0 : static_cast<double>(counts.waited) / static_cast<double>(answered) / 1e3,
          value_of(text, "execution_memory_usage_bytes{component=\"process\",kind=\"resident\"}") / 1048576,
          residual, lost, value_of(text, "journal_stalls_total"), value_of(text, "orders_fills_total"),
          value_of(text, "journal_snapshots_total"));
      std::fflush(stdout);
      if (answered + counts.unanswered >= orders) break;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    is_well = false;
  }
  clients.clear();
  const bool passed = is_well && counts.unanswered == 0;
  std::printf("%d passed, %d failed, 0 skipped\n", passed ? 1 : 0, passed ? 0 : 1);
  return passed ? 0 : 1;
}
