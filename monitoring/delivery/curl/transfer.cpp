#include "monitoring/delivery/curl/transfer.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <new>
#include <string_view>

#include <curl/curl.h>
#include <fmt/format.h>

namespace vigil::monitoring {
namespace {

constexpr std::size_t kMaxAnswer = std::size_t{64} * 1024;
constexpr std::size_t kShownAnswer = 200;

/// libcurl's own start is not safe from several threads at once in every version; it is never ended.
void start_library() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

std::size_t gather(char* bytes, std::size_t size, std::size_t count, void* answer) {
  auto& text = *static_cast<std::string*>(answer);
  // Beyond the bound the rest of the answer is read and forgotten.
  text.append(bytes, std::min(size * count, kMaxAnswer - std::min(kMaxAnswer, text.size())));
  return size * count;
}

std::size_t give(char* bytes, std::size_t size, std::size_t count, void* rest) {
  auto& text = *static_cast<std::string_view*>(rest);
  const std::size_t step = std::min(size * count, text.size());
  std::memcpy(bytes, text.data(), step);
  text.remove_prefix(step);
  return step;
}

/// libcurl calls it at least once a second; other than 0 breaks off.
int look_for_stop(void* is_stopped, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(is_stopped)->load(std::memory_order_relaxed) ? 1 : 0;
}

/// The first line of an answer, as far as a person needs it.
std::string first_line(std::string_view answer) {
  answer = answer.substr(0, std::min(answer.find_first_of("\r\n"), kShownAnswer));
  std::string line;
  for (const char c : answer) line += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  return line;
}

/// What trying again does not help. (A certificate may be renewed, and a server taught TLS.)
bool is_for_good(CURLcode code) {
  switch (code) {
    case CURLE_LOGIN_DENIED:
    case CURLE_URL_MALFORMAT:
      return true;
    default:
      return false;
  }
}

class HeaderList {
 public:
  HeaderList() = default;
  ~HeaderList() { curl_slist_free_all(list_); }
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  void add(const std::string& line) {
    curl_slist* longer = curl_slist_append(list_, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    list_ = longer;
  }
  [[nodiscard]] curl_slist* get() const noexcept { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

}  // namespace

struct Transfer::Impl {
  Impl() {
    start_library();
    handle = curl_easy_init();
    if (handle == nullptr) throw std::bad_alloc();
  }
  ~Impl() { curl_easy_cleanup(handle); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  template <typename Value>
  void set(CURLoption option, Value value) const {
    (void)curl_easy_setopt(handle, option, value);
  }

  /// What all transfers have in common.
  void prepare(const TransferSettings& settings, std::atomic<bool>& is_stopped) {
    curl_easy_reset(handle);  // keeps the connections
    answer.clear();
    error[0] = '\0';
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_ERRORBUFFER, error);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_timeout.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings.timeout.count()));
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_SSL_VERIFYPEER, settings.verify_tls ? 1L : 0L);
    set(CURLOPT_SSL_VERIFYHOST, settings.verify_tls ? 2L : 0L);
    if (!settings.ca_file.empty()) set(CURLOPT_CAINFO, settings.ca_file.c_str());
    set(CURLOPT_PROXY, settings.proxy.c_str());
    set(CURLOPT_TCP_NODELAY, 1L);
    set(CURLOPT_WRITEFUNCTION, &gather);
    set(CURLOPT_WRITEDATA, &answer);
    set(CURLOPT_XFERINFOFUNCTION, &look_for_stop);
    set(CURLOPT_XFERINFODATA, &is_stopped);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_MAXCONNECTS, 2L);
  }

  TransferResult perform(const TransferSettings& settings, bool is_mail) const {
    const CURLcode code = curl_easy_perform(handle);
    TransferResult result;
    (void)curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &result.status);
    curl_off_t wait = 0;
    (void)curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &wait);
    if (wait > 0) result.retry_after = std::chrono::seconds{wait};

    if (code == CURLE_ABORTED_BY_CALLBACK) {
      result.outcome = TransferOutcome::Stopped;
      result.reason = "broken off";
    } else if (code == CURLE_OPERATION_TIMEDOUT) {
      result.outcome = TransferOutcome::Timeout;
      result.reason = fmt::format("no answer within {} ms", settings.timeout.count());
    } else if (is_mail) {
      judge_mail(code, result);
    } else {
      judge_http(code, result);
    }
    return result;
  }

  void judge_http(CURLcode code, TransferResult& result) const {
    if (code != CURLE_OK) return fail(code, result);
    if (result.status >= 200 && result.status < 300) {
      result.outcome = TransferOutcome::Accepted;
      return;
    }
    const bool later = result.status >= 500 || result.status == 408 || result.status == 429;
    result.outcome = later ? TransferOutcome::Busy : TransferOutcome::Refused;
    result.reason = fmt::format("it answered {}: {}", result.status, first_line(answer));
  }

  void judge_mail(CURLcode code, TransferResult& result) const {
    if (code == CURLE_OK) {
      result.outcome = TransferOutcome::Accepted;
      return;
    }
    fail(code, result);
    if (is_for_good(code)) return;
    if (result.status >= 400 && result.status < 500) result.outcome = TransferOutcome::Busy;
    if (result.status >= 500) result.outcome = TransferOutcome::Refused;
  }

  void fail(CURLcode code, TransferResult& result) const {
    result.outcome = is_for_good(code) ? TransferOutcome::Refused : TransferOutcome::Connection;
    result.reason = first_line(error[0] != '\0' ? error : curl_easy_strerror(code));
  }

  CURL* handle = nullptr;
  std::string answer;
  char error[CURL_ERROR_SIZE] = {};
};

Transfer::Transfer(TransferSettings settings)
    : settings_(std::move(settings)), impl_(std::make_unique<Impl>()) {}

Transfer::~Transfer() = default;

TransferResult Transfer::post(const HttpPost& post) {
  impl_->prepare(settings_, is_stopped_);
  impl_->set(CURLOPT_PROTOCOLS_STR, "http,https");
  impl_->set(CURLOPT_URL, post.url.c_str());
  impl_->set(CURLOPT_USERAGENT, "vigil");
  impl_->set(CURLOPT_POST, 1L);
  impl_->set(CURLOPT_POSTFIELDS, post.body.c_str());
  impl_->set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(post.body.size()));
  HeaderList headers;
  headers.add("Content-Type: " + post.content_type);
  headers.add("Expect:");  // no waiting for "100 Continue"
  for (const auto& [name, value] : post.headers) headers.add(fmt::format("{}: {}", name, value));
  if (!settings_.bearer_token.empty()) {
    headers.add("Authorization: Bearer " + settings_.bearer_token);
  } else if (!settings_.user.empty()) {
    impl_->set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    impl_->set(CURLOPT_USERNAME, settings_.user.c_str());
    impl_->set(CURLOPT_PASSWORD, settings_.password.c_str());
  }
  impl_->set(CURLOPT_HTTPHEADER, headers.get());
  return impl_->perform(settings_, false);
}

TransferResult Transfer::send(const Mail& mail) {
  impl_->prepare(settings_, is_stopped_);
  impl_->set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  const std::string url = mail.hello.empty() ? mail.url : mail.url + '/' + mail.hello;
  impl_->set(CURLOPT_URL, url.c_str());
  impl_->set(CURLOPT_USE_SSL, static_cast<long>(mail.require_starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  if (!settings_.user.empty()) {
    impl_->set(CURLOPT_USERNAME, settings_.user.c_str());
    impl_->set(CURLOPT_PASSWORD, settings_.password.c_str());
  }
  impl_->set(CURLOPT_MAIL_FROM, mail.from.c_str());
  HeaderList recipients;
  for (const std::string& address : mail.to) recipients.add(address);
  impl_->set(CURLOPT_MAIL_RCPT, recipients.get());
  std::string_view rest = mail.message;
  impl_->set(CURLOPT_UPLOAD, 1L);
  impl_->set(CURLOPT_READFUNCTION, &give);
  impl_->set(CURLOPT_READDATA, &rest);
  return impl_->perform(settings_, true);
}

}  // namespace vigil::monitoring
