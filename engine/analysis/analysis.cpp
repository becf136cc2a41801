#include "engine/analysis/analysis.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "engine/analysis/analysis_metrics.h"

namespace vigil::engine {
namespace {

constexpr std::array<std::string_view, Analysis::kNotes> kNoteWords{"quote", "fill", "order_end", "rate",
                                                                    "tick"};

constexpr std::size_t kHeadBytes = 8;

template <typename T>
constexpr std::size_t room_for() noexcept {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % kHeadBytes == 0);
  return kHeadBytes + sizeof(T);
}

/// What is taken in before readers may look again.
constexpr std::size_t kBatchBytes = std::size_t{64} * 1024;

}  // namespace

Analysis::Analysis(const AnalysisConfig& config, monitoring::Registry& registry, const Subject& subject)
    : config_(config),
      is_on_(registry.enabled()),
      execution_metrics_(registry, subject.symbols, subject.venues, subject.strategies),
      execution_(config.execution, execution_metrics_, subject.instruments, subject.reporting,
                 subject.strategies.size()),
      waiting_(registry.gauge(metric::kAnalysisWaiting, {})),
      capacity_(registry.gauge(metric::kAnalysisCapacity, {})) {
  for (std::size_t i = 0; i < kNotes; ++i) {
    taken_[i] = registry.counter(metric::kAnalysisNotes, {kNoteWords[i]});
    dropped_[i] = registry.counter(metric::kAnalysisNotesDropped, {kNoteWords[i]});
  }
}

void Analysis::declare(monitoring::Registry& registry) {
  orders::ExecutionMetrics::declare(registry);
  for (const auto* definition : {&metric::kAnalysisNotes, &metric::kAnalysisNotesDropped,
                                 &metric::kAnalysisWaiting, &metric::kAnalysisCapacity}) {
    registry.declare(*definition);
  }
}

void Analysis::defer() {
  ring_ = std::make_unique<RecordRing>(config_.buffer_bytes);
  capacity_.set(static_cast<double>(ring_->capacity()));
}

template <typename T>
void Analysis::leave(const T& note) noexcept {
  constexpr std::size_t kBytes = room_for<T>();
  constexpr bool kMayGiveWay = std::is_same_v<T, QuoteNote> || std::is_same_v<T, TickNote>;
  char* const memory = ring_->reserve(kBytes, kMayGiveWay ? ring_->capacity() / 4 : 0);
  if (memory == nullptr) {
    dropped_[static_cast<std::size_t>(kind_of(note))].add();
    return;
  }
  static_assert(sizeof(Head) == kHeadBytes);
  const Head head{kind_of(note), kBytes};
  std::memcpy(memory, &head, sizeof head);
  std::memcpy(memory + kHeadBytes, &note, sizeof note);
  ring_->commit(kBytes);
}

template void Analysis::leave(const QuoteNote&) noexcept;
template void Analysis::leave(const orders::FillNote&) noexcept;
template void Analysis::leave(const orders::OrderEndNote&) noexcept;
template void Analysis::leave(const RateNote&) noexcept;
template void Analysis::leave(const TickNote&) noexcept;

void Analysis::apply(const QuoteNote& note) {
  taken_[static_cast<std::size_t>(Note::Quote)].add();
  execution_.quote(note.instrument, note.bid, note.ask, note.time);
}
void Analysis::apply(const orders::FillNote& note) {
  taken_[static_cast<std::size_t>(Note::Fill)].add();
  execution_.filled(note);
}
void Analysis::apply(const orders::OrderEndNote& note) {
  taken_[static_cast<std::size_t>(Note::OrderEnd)].add();
  execution_.ended(note);
}
void Analysis::apply(const RateNote& note) {
  taken_[static_cast<std::size_t>(Note::Rate)].add();
  execution_.rate(note.currency, note.usd);
}
void Analysis::apply(const TickNote& note) {
  taken_[static_cast<std::size_t>(Note::Tick)].add();
  execution_.tick(note.time);
}

template <typename T>
void Analysis::apply_from(const char* memory) {
  T note;
  std::memcpy(static_cast<void*>(&note), memory + kHeadBytes, sizeof note);
  apply(note);
}

bool Analysis::drain() {
  const std::string_view waiting = ring_->waiting();
  waiting_.set(static_cast<double>(waiting.size()));
  std::size_t done = 0;
  while (done < waiting.size()) {
    const std::lock_guard lock(mutex_);
    const std::size_t until = std::min(waiting.size(), done + kBatchBytes);
    const std::size_t begin = done;
    while (done < until) {
      const char* const memory = waiting.data() + done;
      Head head;
      std::memcpy(&head, memory, sizeof head);
      switch (head.kind) {
        case Note::Quote:
          apply_from<QuoteNote>(memory);
          break;
        case Note::Fill:
          apply_from<orders::FillNote>(memory);
          break;
        case Note::OrderEnd:
          apply_from<orders::OrderEndNote>(memory);
          break;
        case Note::Rate:
          apply_from<RateNote>(memory);
          break;
        case Note::Tick:
          apply_from<TickNote>(memory);
          break;
      }
      done += head.bytes;
    }
    ring_->take(done - begin);
  }
  return done > 0;
}

}  // namespace vigil::engine
