#include "engine/journal/journal_player.h"

#include "engine/tape/event_codec.h"

namespace vigil::engine {
namespace {

std::string about(const RecordView& record, const std::string& what) {
  return "record " + std::to_string(record.header.sequence) + " (" +
         std::string{to_string(record.header.type)} + "): " + what;
}

}  // namespace

std::string JournalPlayer::play(const RecordView& record) {
  WireReader body(record.body);
  if (record.header.type == RecordType::RunStarted) core_.begin_run(record.header.time);
  if (record.header.type == RecordType::RunStarted || record.header.type == RecordType::RunEnded) return "";
  if (record.header.type == RecordType::StateHash) {
    std::uint64_t hash = 0;
    body(hash);
    ++hashes_checked_;
    if (hash == core_.state_hash()) return "";
    return about(record,
                 "the state is not the one that was recorded: an engine of another version wrote it, "
                 "or its configuration was another");
  }
  core_.tape().load(record.tape, (record.header.flags & kFlagClock) != 0);
  if (!play_event(record, body)) return about(record, "is none that this engine can understand");
  ++events_;
  if (core_.tape().has_diverged()) {
    return about(record,
                 "the engine does something else than what was recorded: an engine of another version "
                 "wrote it, or its configuration was another");
  }
  return "";
}

bool JournalPlayer::play_event(const RecordView& record, WireReader& body) {
  const orders::EventTime now = record.header.time;
  switch (record.header.type) {
    case RecordType::Quote:
    case RecordType::Trade: {
      orders::MarketEvent event;
      event.kind = record.header.type == RecordType::Quote ? orders::MarketEventKind::Quote
                                                           : orders::MarketEventKind::Trade;
      orders::Duration waited{};
      body(waited);
      fields(body, event);
      if (body.has_failed() || !core_.is_known(event)) return false;
      core_.on_market(event, now, waited);
      return true;
    }
    case RecordType::Request: {
      orders::OrderRequest request;
      bool venue_known = true;
      body(venue_known);
      fields(body, request);
      if (body.has_failed() || !core_.is_known(request)) return false;
      core_.on_request(request, venue_known, now);
      return true;
    }
    case RecordType::Report: {
      VenueEvent event;
      fields(body, event.report);
      if (body.has_failed() || !core_.is_known(event.report)) return false;
      event.venue = event.report.venue;
      core_.on_venue(event, now);
      return true;
    }
    case RecordType::VenueConnection: {
      VenueEvent event;
      bool connected = false;
      body(event.venue);
      body(connected);
      if (body.has_failed() || !core_.is_venue(event.venue)) return false;
      event.kind = connected ? VenueEvent::Kind::Connected : VenueEvent::Kind::Disconnected;
      core_.on_venue(event, now);
      return true;
    }
    case RecordType::Control: {
      ControlCommand command;
      fields(body, command);
      if (command.kind == ControlCommand::Kind::ReloadLimits) {
        get_limits(body, limits_.emplace_back());
        command.limits = &limits_.back();
      }
      if (body.has_failed() || !core_.is_known(command)) return false;
      core_.on_control(command, now);
      return true;
    }
    case RecordType::Timer:
      core_.on_timer(now);
      return true;
    case RecordType::Alert: {
      AlertNote note;
      fields(body, note);
      if (body.has_failed()) return false;
      core_.on_alert(note, now);
      return true;
    }
    case RecordType::Signal: {
      Signal signal;
      fields(body, signal);
      if (body.has_failed() || !core_.is_known(signal)) return false;
      core_.on_signal(signal, now);
      return true;
    }
    case RecordType::RunStarted:
    case RecordType::StateHash:
    case RecordType::RunEnded:
    case RecordType::Seal:
      break;
  }
  return false;
}

}  // namespace vigil::engine
