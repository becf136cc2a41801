#include "monitoring/delivery/silences.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "monitoring/delivery/rfc3339.h"
#include "monitoring/delivery/routing.h"
#include "monitoring/http/digest.h"

namespace vigil::monitoring {
namespace {

constexpr std::size_t kMaxMatchers = 32;
constexpr std::size_t kMaxText = 4096;

/// The first 32 digits of a digest over all there is to it: no two silences have the same, and no random
/// number is needed.
std::string id_of(const Silence& silence, SampleTime now, std::size_t attempt) {
  return sha256_hex(fmt::format("{}|{}|{}|{}|{}|{}|{}", matchers_text(silence.matchers), silence.starts_at,
                                silence.ends_at, silence.created_by, silence.comment, now, attempt))
      .substr(0, 32);
}

}  // namespace

std::string fault_of(const Silence& silence) {
  if (silence.matchers.empty()) return "matchers: must have at least one, had none";
  if (silence.matchers.size() > kMaxMatchers) {
    return fmt::format("matchers: must be at most {}, were {}", kMaxMatchers, silence.matchers.size());
  }
  if (std::ranges::all_of(silence.matchers,
                          [](const LabelMatcher& matcher) { return matcher.matches_empty(); })) {
    return fmt::format("matchers: one must ask for a label to be there, was {}",
                       matchers_text(silence.matchers));
  }
  if (silence.ends_at <= silence.starts_at) {
    return fmt::format("endsAt: must be after startsAt ({}), was {}", rfc3339(silence.starts_at),
                       rfc3339(silence.ends_at));
  }
  if (silence.created_by.empty()) return "createdBy: must say who, was empty";
  if (silence.comment.empty()) return "comment: must say why, was empty";
  if (silence.created_by.size() > kMaxText || silence.comment.size() > kMaxText) {
    return fmt::format("createdBy and comment: must be at most {} bytes, were {} and {}", kMaxText,
                       silence.created_by.size(), silence.comment.size());
  }
  return {};
}

Silences::Added Silences::add(Silence silence, SampleTime now) {
  if (std::string fault = fault_of(silence); !fault.empty()) return {.fault = std::move(fault)};
  if (silence.ends_at <= now) {
    return {.fault = fmt::format("endsAt: must be in the future, was {}", rfc3339(silence.ends_at))};
  }
  if (!make_room(now)) return {.fault = fmt::format("there are {} silences, which is the most", kCapacity)};
  for (std::size_t attempt = 0;; ++attempt) {
    silence.id = id_of(silence, now, attempt);
    if (!silences_.contains(silence.id)) break;
  }
  std::string id = silence.id;
  silences_.emplace(id, std::move(silence));
  return {.id = std::move(id)};
}

void Silences::restore(Silence silence) {
  std::string id = silence.id;
  silences_.insert_or_assign(std::move(id), std::move(silence));
  if (silences_.size() > kCapacity) silences_.erase(first_to_end());
}

bool Silences::expire(std::string_view id, SampleTime now) {
  const auto found = silences_.find(id);
  if (found == silences_.end() || found->second.ends_at <= now) return false;
  found->second.ends_at = now;
  found->second.starts_at = std::min(found->second.starts_at, now);
  return true;
}

std::size_t Silences::forget_old(SampleTime now) {
  return std::erase_if(silences_,
                       [now](const auto& each) { return each.second.ends_at + kRetention <= now; });
}

std::map<std::string, Silence, std::less<>>::iterator Silences::first_to_end() {
  return std::ranges::min_element(silences_, {}, [](const auto& each) { return each.second.ends_at; });
}

bool Silences::make_room(SampleTime now) {
  if (silences_.size() < kCapacity) return true;
  const auto first = first_to_end();
  if (first->second.ends_at > now) return false;
  silences_.erase(first);
  return true;
}

const std::string* Silences::silencing(const Labels& labels, SampleTime now) const {
  for (const auto& [id, silence] : silences_) {
    if (silence.is_active(now) && all_match(silence.matchers, labels)) return &id;
  }
  return nullptr;
}

const Silence* Silences::find(std::string_view id) const {
  const auto found = silences_.find(id);
  return found == silences_.end() ? nullptr : &found->second;
}

std::vector<Silence> Silences::list() const {
  std::vector<Silence> all;
  for (const auto& [id, silence] : silences_) all.push_back(silence);
  std::ranges::sort(all, [](const Silence& a, const Silence& b) {
    return a.starts_at != b.starts_at ? a.starts_at > b.starts_at : a.id < b.id;
  });
  return all;
}

}  // namespace vigil::monitoring
