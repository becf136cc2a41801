#include "monitoring/delivery/alert_delivery.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "monitoring/delivery/alert_sender.h"
#include "monitoring/delivery/delivery_json.h"
#include "monitoring/delivery/delivery_metrics.h"
#include "monitoring/delivery/keyed_file.h"
#include "monitoring/delivery/receiver_worker.h"
#include "monitoring/http/digest.h"

namespace vigil::monitoring {
namespace {

using Clock = std::chrono::steady_clock;

/// Label `channel` of what is lost before any receiver is known.
constexpr std::string_view kChannel = "delivery";
/// The wall clock may be set; groups are looked at again after this at the latest.
constexpr std::chrono::seconds kLongestWait{1};

/// What became of telling a receiver about some alerts, on its way to the history.
struct Outcome {
  std::vector<std::pair<std::uint64_t, AlertState>> alerts;  ///< fingerprints and what was told of them
  NotifiedReceiver receiver;
};

std::string alertmanager_name(const AlertmanagerConfig& config) {
  return "alertmanager:" + config.url.substr(config.url.find("://") + 3);
}

/// A file's name for a receiver's: readable, and no two receivers have the same.
std::string outbox_name(std::string_view receiver) {
  std::string name;
  for (const char c : receiver) {
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    name += is_plain ? c : '_';
  }
  return fmt::format("outbox-{}-{}.log", name.substr(0, 64), sha256_hex(receiver).substr(0, 8));
}

std::string place(const std::string& folder, std::string_view name) {
  return folder.empty() ? std::string{} : (std::filesystem::path(folder) / name).string();
}

const std::string& checked_folder(const std::string& folder, RecordDisk& disk) {
  if (!folder.empty()) disk.make_folder(folder);
  return folder;
}

AlertGrouping make_grouping(const AlertDeliveryConfig& config) {
  std::vector<std::string> names;
  std::vector<GroupedReceiver> receivers;
  for (const ReceiverConfig& receiver : config.receivers) {
    if (std::ranges::find(names, receiver.name) != names.end()) {
      throw std::runtime_error(
          fmt::format("receivers: must have different names, '{}' comes twice", receiver.name));
    }
    names.push_back(receiver.name);
    receivers.push_back({.name = receiver.name, .send_resolved = receiver.send_resolved});
  }
  // Without receivers the alerts are still known: they inhibit, and people ask what is muted.
  if (names.empty()) names.emplace_back();
  return AlertGrouping{RouteTree{config.route, names}, config.inhibition, std::move(receivers),
                       config.grouping};
}

KeyedFile::Change change_of(const Silence& silence) {
  return {.key = silence.id, .text = silence_json(silence)};
}

KeyedFile::Change change_of(const HistoryEntry& entry) {
  return {.key = fmt::format("{}", entry.number % AlertHistory::kCapacity), .text = history_json(entry)};
}

std::vector<KeyedFile::Change> changes_of(const std::vector<AlertGrouping::Change>& alerts) {
  std::vector<KeyedFile::Change> changes;
  for (const AlertGrouping::Change& each : alerts) {
    KeyedFile::Change change{.key = fmt::format("{:016x}", each.fingerprint), .text = {}};
    if (each.alert) change.text = alert_json({.alert = *each.alert, .is_resolved = each.is_resolved});
    changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace

struct AlertDelivery::Impl {
  Impl(AlertDeliveryConfig wanted, DeliveryLinks outside);

  void start();
  void turn();
  void tell_restored();
  void stop(Clock::time_point deadline);
  template <typename Item>
  void enqueue(std::vector<Item>& queue, std::vector<Item> items) noexcept;

  // The dispatcher.
  struct Work {
    std::vector<Alert> alerts;
    std::vector<HistoryEntry> changes;
    std::vector<Outcome> outcomes;
    [[nodiscard]] std::size_t size() const { return alerts.size() + changes.size() + outcomes.size(); }
  };
  void run();
  [[nodiscard]] Work wait_for_work();
  void dispatch(Work work, bool hurry);
  [[nodiscard]] std::vector<KeyedFile::Change> note(Work& work);
  void take(const std::vector<Alert>& alerts);
  void save(KeyedFile& file, const std::vector<KeyedFile::Change>& changes, bool sync, std::string_view what);
  void publish();

  // Construction.
  void restore();
  void add_worker(std::string name, std::unique_ptr<AlertSender> sender, Outbox::Order order);
  void on_outcome(const DeliveryOutcome& outcome);

  AlertDeliveryConfig config;
  DeliveryLinks links;
  LossMetrics losses;
  std::atomic<bool> was_write_reported = false;
  SuppressedMetrics suppressed;
  SuppressedCounts counted;  ///< what of grouping's counts is published

  /// Guards what people ask for. Held by the dispatcher while it decides, and over a write of silences.
  mutable std::mutex state_mutex;
  AlertGrouping grouping;
  Silences silences;
  AlertHistory history;
  KeyedFile silence_file;

  // The dispatcher's thread only, once it runs.
  KeyedFile alert_file;
  KeyedFile history_file;

  std::mutex queue_mutex;
  std::condition_variable wake;
  Work queue;
  bool is_stopping = false;
  std::optional<SampleTime> next_due;  ///< the dispatcher's

  std::vector<Alert> restored;  ///< for the Alertmanagers, at the start
  std::vector<std::unique_ptr<ReceiverWorker>> alertmanagers;
  std::vector<std::unique_ptr<ReceiverWorker>> receivers;
  std::thread thread;
};

AlertDelivery::Impl::Impl(AlertDeliveryConfig wanted, DeliveryLinks outside)
    : config(std::move(wanted)),
      links(std::move(outside)),
      losses(links.registry, kChannel),
      suppressed(links.registry),
      grouping(make_grouping(config)),
      silence_file(
          place(checked_folder(config.folder, links.disk), "silences.log"),
          [this] {
            std::vector<KeyedFile::Change> all;
            for (const Silence& silence : silences.list()) all.push_back(change_of(silence));
            return all;
          },
          links.disk),
      alert_file(
          place(config.folder, "alerts.log"),
          [this] {
            const std::lock_guard lock(state_mutex);
            return changes_of(grouping.everything());
          },
          links.disk),
      history_file(
          place(config.folder, "history.log"),
          [this] {
            const std::lock_guard lock(state_mutex);
            std::vector<KeyedFile::Change> all;
            for (const HistoryEntry& entry : history.entries()) all.push_back(change_of(entry));
            return all;
          },
          links.disk) {
  assert(links.now && links.report);
  for (const AlertmanagerConfig& each : config.alertmanagers) {
    auto sender = links.senders.make(each);  // first: it says what is wrong with the URL
    add_worker(alertmanager_name(each), std::move(sender), Outbox::Order::Latest);
  }
  for (const ReceiverConfig& each : config.receivers) {
    add_worker(each.name, links.senders.make(each, config.external_url), Outbox::Order::Every);
  }
  restore();
  publish();
}

void AlertDelivery::Impl::add_worker(std::string name, std::unique_ptr<AlertSender> sender,
                                     Outbox::Order order) {
  const auto has_name = [&](const auto& worker) { return worker->name() == name; };
  if (std::ranges::any_of(alertmanagers, has_name) || std::ranges::any_of(receivers, has_name)) {
    throw std::runtime_error(
        fmt::format("alertmanagers, receivers: must all differ, '{}' comes twice", name));
  }
  ReceiverWorkerConfig worker{
      .name = std::move(name), .order = order, .limits = config.outbox, .retry = config.retry};
  worker.outbox_file = place(config.folder, outbox_name(worker.name));
  worker.retry.seed += alertmanagers.size() + receivers.size();
  auto& workers = order == Outbox::Order::Latest ? alertmanagers : receivers;
  workers.push_back(
      std::make_unique<ReceiverWorker>(std::move(worker), std::move(sender), links,
                                       [this](const DeliveryOutcome& outcome) { on_outcome(outcome); }));
}

void AlertDelivery::Impl::restore() {
  const SampleTime at = links.now();
  std::uint64_t unreadable = 0;
  for (const auto& [id, text] : silence_file.take_loaded()) {
    ParsedSilence read = parse_silence(text);
    if (read.silence && read.silence->id == id) {
      silences.restore(std::move(*read.silence));
    } else {
      ++unreadable;
    }
  }
  for (const auto& [number, text] : history_file.take_loaded()) {
    if (auto entry = parse_history(text)) {
      history.restore(std::move(*entry));
    } else {
      ++unreadable;
    }
  }
  for (const auto& worker : receivers) {
    for (const auto& [group_key, memo] : worker->outbox().memos()) {
      if (const auto read = parse_memo(memo.text)) {
        grouping.restore(worker->name(), group_key, *read);
      } else {
        ++unreadable;
      }
    }
  }
  for (const auto& [fingerprint, text] : alert_file.take_loaded()) {
    if (auto saved = parse_alert(text)) {
      grouping.restore(std::move(saved->alert), saved->is_resolved, at);
    } else {
      ++unreadable;
    }
  }
  // What an Alertmanager's outbox had not taken yet; what it had, it is told once more.
  for (AlertGrouping::Change& each : grouping.everything()) restored.push_back(std::move(*each.alert));
  for (const auto& [file, name] : {std::pair{&silence_file, "silences.log"},
                                   {&history_file, "history.log"},
                                   {&alert_file, "alerts.log"}}) {
    losses.add(file->damage());
    const std::string damage = file->damage().text(place(config.folder, name));
    if (!damage.empty()) links.report(false, damage);
  }
  losses.unreadable.add(unreadable);
  next_due = grouping.next_due();
}

void AlertDelivery::Impl::start() {
  assert(!thread.joinable());
  for (const auto& worker : alertmanagers) worker->start();
  for (const auto& worker : receivers) worker->start();
  tell_restored();
  thread = std::thread([this] { run(); });
}

void AlertDelivery::Impl::turn() {
  assert(!thread.joinable());
  tell_restored();
  Work work;
  {
    const std::lock_guard lock(queue_mutex);
    work = std::exchange(queue, {});
  }
  dispatch(std::move(work), false);
  for (const auto& worker : alertmanagers) worker->turn();
  for (const auto& worker : receivers) worker->turn();
}

void AlertDelivery::Impl::tell_restored() {
  if (restored.empty()) return;
  const auto batch = std::make_shared<const std::vector<Alert>>(std::exchange(restored, {}));
  for (const auto& worker : alertmanagers) (void)worker->offer(batch, links.clock());
}

void AlertDelivery::Impl::stop(Clock::time_point deadline) {
  {
    const std::lock_guard lock(queue_mutex);
    is_stopping = true;
    wake.notify_one();
  }
  if (!thread.joinable()) return;
  thread.join();
  for (const auto& worker : alertmanagers) worker->begin_stop();
  for (const auto& worker : receivers) worker->begin_stop();
  for (const auto& worker : alertmanagers) worker->stop(deadline);
  for (const auto& worker : receivers) worker->stop(deadline);
  Work last;
  {
    const std::lock_guard lock(queue_mutex);
    last = std::exchange(queue, {});
  }
  dispatch(std::move(last), false);  // the last outcomes
}

template <typename Item>
void AlertDelivery::Impl::enqueue(std::vector<Item>& items, std::vector<Item> more) noexcept {
  const std::size_t count = more.size();
  try {
    const std::lock_guard lock(queue_mutex);
    if (queue.size() + count <= kQueue) {
      std::ranges::move(more, std::back_inserter(items));
      wake.notify_one();
      return;
    }
  } catch (const std::exception&) {
    // No memory: counted as no room.
  }
  losses.queue_full.add(count);
}

void AlertDelivery::Impl::run() {
  while (true) {
    Work work = wait_for_work();
    bool is_last = false;
    {
      const std::lock_guard lock(queue_mutex);
      is_last = is_stopping;
    }
    dispatch(std::move(work), is_last);
    if (is_last) return;
  }
}

AlertDelivery::Impl::Work AlertDelivery::Impl::wait_for_work() {
  Clock::duration wait = kLongestWait;
  if (next_due) {
    const std::chrono::milliseconds left{std::max<SampleTime>(0, *next_due - links.now())};
    wait = std::min<Clock::duration>(wait, left);
  }
  std::unique_lock lock(queue_mutex);
  wake.wait_for(lock, wait, [this] { return queue.size() > 0 || is_stopping; });
  return std::exchange(queue, {});
}

void AlertDelivery::Impl::dispatch(Work work, bool hurry) {
  const Clock::time_point begin = links.clock();
  std::vector<KeyedFile::Change> noted;
  std::vector<KeyedFile::Change> changes;
  {
    const std::lock_guard lock(state_mutex);
    noted = note(work);
    take(work.alerts);
    changes = changes_of(grouping.take_changes());
  }
  // What is told must be known after a crash: it comes first.
  save(alert_file, changes, true, "alerts");

  std::vector<Notification> notifications;
  {
    const std::lock_guard lock(state_mutex);
    if (hurry) grouping.hurry(links.now());
    notifications = grouping.due(links.now(), silences);
    changes = changes_of(grouping.take_changes());
    next_due = grouping.next_due();
    (void)silences.forget_old(links.now());
  }
  save(alert_file, changes, false, "alerts");
  for (Notification& notification : notifications) {
    const auto worker = std::ranges::find_if(
        receivers, [&](const auto& each) { return each->name() == notification.receiver; });
    if (worker != receivers.end()) (void)(*worker)->offer(std::move(notification), begin);
  }
  save(history_file, noted, false, "history");
  publish();
}

std::vector<KeyedFile::Change> AlertDelivery::Impl::note(Work& work) {
  std::vector<KeyedFile::Change> changes;
  for (HistoryEntry& entry : work.changes) changes.push_back(change_of(history.add(std::move(entry))));
  for (const Outcome& outcome : work.outcomes) {
    for (const auto& [fingerprint, state] : outcome.alerts) {
      const HistoryEntry* entry = history.note(fingerprint, state, outcome.receiver);
      if (entry != nullptr) changes.push_back(change_of(*entry));
    }
  }
  return changes;
}

void AlertDelivery::Impl::take(const std::vector<Alert>& alerts) {
  const SampleTime at = links.now();
  for (const Alert& alert : alerts) (void)grouping.take(alert, at);
}

void AlertDelivery::Impl::save(KeyedFile& file, const std::vector<KeyedFile::Change>& changes, bool sync,
                               std::string_view what) {
  if (file.save(changes, sync)) return;
  losses.unwritten.add(changes.size());
  if (was_write_reported.exchange(true)) return;
  links.report(false, fmt::format("{}: {} cannot be written; a crash would lose them", config.folder, what));
}

void AlertDelivery::Impl::publish() {
  const SuppressedCounts counts = grouping.suppressed();
  suppressed.duplicate.add(counts.duplicate - counted.duplicate);
  suppressed.aggregated.add(counts.aggregated - counted.aggregated);
  suppressed.silenced.add(counts.silenced - counted.silenced);
  suppressed.inhibited.add(counts.inhibited - counted.inhibited);
  suppressed.refused.add(counts.refused - counted.refused);
  counted = counts;
}

void AlertDelivery::Impl::on_outcome(const DeliveryOutcome& told) {
  Outcome outcome{
      .alerts = {},
      .receiver = {
          .receiver = std::string{told.receiver}, .is_delivered = told.is_delivered, .time = told.time}};
  const auto add = [&](const Alert& alert, bool is_resolved) {
    outcome.alerts.emplace_back(alert.fingerprint(), is_resolved ? AlertState::Resolved : AlertState::Firing);
  };
  if (const auto saved = parse_alert(told.entry.payload)) {
    add(saved->alert, saved->is_resolved);
  } else if (const auto notification = parse_notification(told.entry.payload)) {
    for (const Alert& alert : notification->alerts) add(alert, alert.ends_at != 0);
  }
  std::vector<Outcome> one;
  one.push_back(std::move(outcome));
  enqueue(queue.outcomes, std::move(one));
}

AlertDelivery::AlertDelivery(AlertDeliveryConfig config, DeliveryLinks links)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(links))) {}

AlertDelivery::~AlertDelivery() {
  impl_->stop(Clock::now());
}

void AlertDelivery::start() {
  impl_->start();
}

void AlertDelivery::turn() {
  impl_->turn();
}

void AlertDelivery::stop(Clock::time_point deadline) {
  impl_->stop(deadline);
}

void AlertDelivery::hand_over(std::vector<Alert> alerts) noexcept {
  if (alerts.empty()) return;
  const Clock::time_point begin = impl_->links.clock();
  if (!impl_->alertmanagers.empty()) {
    try {
      const AlertBatch batch = std::make_shared<const std::vector<Alert>>(alerts);
      for (const auto& worker : impl_->alertmanagers) (void)worker->offer(batch, begin);
    } catch (const std::exception&) {
      impl_->losses.queue_full.add(alerts.size());
    }
  }
  impl_->enqueue(impl_->queue.alerts, std::move(alerts));
}

void AlertDelivery::record(std::vector<HistoryEntry> changes) noexcept {
  impl_->enqueue(impl_->queue.changes, std::move(changes));
}

Silences::Added AlertDelivery::add_silence(Silence silence) {
  const std::lock_guard lock(impl_->state_mutex);
  Silences::Added added = impl_->silences.add(std::move(silence), impl_->links.now());
  if (!added.fault.empty()) return added;
  impl_->save(impl_->silence_file, {change_of(*impl_->silences.find(added.id))}, true, "silences");
  return added;
}

bool AlertDelivery::expire_silence(std::string_view id) {
  const std::lock_guard lock(impl_->state_mutex);
  if (!impl_->silences.expire(id, impl_->links.now())) return false;
  impl_->save(impl_->silence_file, {change_of(*impl_->silences.find(id))}, true, "silences");
  return true;
}

std::vector<Silence> AlertDelivery::silences() const {
  const std::lock_guard lock(impl_->state_mutex);
  return impl_->silences.list();
}

AlertGrouping::Mute AlertDelivery::is_muted(const Labels& labels) const {
  const std::lock_guard lock(impl_->state_mutex);
  return impl_->grouping.is_muted(labels, impl_->links.now(), impl_->silences);
}

std::vector<AlertGrouping::Mute> AlertDelivery::are_muted(const std::vector<Labels>& labels) const {
  const std::lock_guard lock(impl_->state_mutex);
  return impl_->grouping.are_muted(labels, impl_->links.now(), impl_->silences);
}

std::vector<HistoryEntry> AlertDelivery::history(const HistoryQuery& asked) const {
  const std::lock_guard lock(impl_->state_mutex);
  return impl_->history.query(asked);
}

}  // namespace vigil::monitoring
