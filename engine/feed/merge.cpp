#include "engine/feed/merge.h"

#include <algorithm>
#include <utility>

namespace vigil::engine {

MergedFeed::MergedFeed(std::vector<std::unique_ptr<FileFeed>> feeds) : feeds_(std::move(feeds)) {
  for (std::size_t i = 0; i < feeds_.size(); ++i) pull(i);
}

bool MergedFeed::is_later(const Head& a, const Head& b) noexcept {
  return a.event.time != b.event.time ? a.event.time > b.event.time : a.feed > b.feed;
}

void MergedFeed::pull(std::size_t feed) {
  const auto event = feeds_[feed]->next();
  if (!event) return;
  heads_.push_back({*event, feed});
  std::push_heap(heads_.begin(), heads_.end(), is_later);
}

std::optional<orders::MarketEvent> MergedFeed::next() {
  if (delivered_) pull(*std::exchange(delivered_, std::nullopt));
  if (heads_.empty()) return std::nullopt;
  std::pop_heap(heads_.begin(), heads_.end(), is_later);
  const Head head = heads_.back();
  heads_.pop_back();
  delivered_ = head.feed;
  return head.event;
}

std::vector<FeedStatistics> MergedFeed::statistics() const {
  std::vector<FeedStatistics> result;
  for (const auto& feed : feeds_) result.push_back(feed->statistics());
  return result;
}

}  // namespace vigil::engine
