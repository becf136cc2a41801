#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "core_harness.h"
#include "engine/actions/action_executor.h"
#include "engine/actions/action_faults.h"
#include "latch_file.h"

using namespace vigil;
using namespace vigil::engine;
using monitoring::ActiveAlert;
using monitoring::Labels;
using Command = ControlCommand::Kind;
using Kind = AlertActionKind;

namespace {

/// An executor whose doors lead to lists.
class Desk {
 public:
  explicit Desk(const std::string& latch_file = "")
      : config(test::small_config()),
        logger(monitoring::LogConfig{}, registry, [](std::string_view) {}),
        executor(config,
                 {.post =
                      [this](const ControlCommand& command) {
                        if (has_room) posted.push_back(command);
                        return has_room;
                      },
                  .restart_market_data = [this] { ++restarts; }},
                 latch_file, registry, logger) {}

  void fires(const std::string& action, const Labels& more = {}, bool core_acted = false) {
    std::vector<monitoring::Label> labels(more.begin(), more.end());
    labels.push_back({"action", action});
    ActiveAlert alert;
    alert.labels = Labels{labels};
    executor.alert_fires("Rule", alert, orders::Duration{5}, core_acted);
  }
  [[nodiscard]] double count(const std::string& action, const std::string& result) const {
    for (const auto& family : registry.Collect()) {
      if (family.name != "monitoring_alert_actions_total") continue;
      for (const auto& metric : family.metric) {
        std::map<std::string, std::string> labels;
        for (const auto& label : metric.label) labels[label.name] = label.value;
        if (labels["action"] == action && labels["result"] == result) return metric.counter.value;
      }
    }
    return -1;
  }

  EngineConfig config;
  monitoring::Registry registry;
  monitoring::Logger logger;
  std::vector<ControlCommand> posted;
  int restarts = 0;
  bool has_room = true;
  ActionExecutor executor;
};

ControlCommand person(Command kind) {
  ControlCommand command;
  command.kind = kind;
  return command;
}

}  // namespace

TEST_SUITE("alert actions") {
  TEST_CASE("a label names actions between commas, with a target behind a colon") {
    CHECK(parse_actions("halt_trading,page") ==
          std::vector<AlertAction>{{Kind::HaltTrading, ""}, {Kind::Page, ""}});
    CHECK(parse_actions(" restart_component : market_data , check_network ") ==
          std::vector<AlertAction>{{Kind::RestartComponent, "market_data"}});
    CHECK(parse_actions("").empty());
    CHECK(parse_actions(",,:,").empty());
  }

  TEST_CASE("words that are none of ours are for people and do nothing") {
    Desk desk;
    desk.fires("investigate,review_limits,halt_tradin");
    CHECK(desk.posted.empty());
    CHECK(desk.executor.latches().empty());
  }

  TEST_CASE("what the core has done itself is latched and counted, not asked of it again") {
    Desk desk;
    desk.fires("halt_trading", {}, true);
    CHECK(desk.posted.empty());
    CHECK(desk.count("halt_trading", "done") == 1);
    CHECK(desk.executor.latches().size() == 1);
    desk.fires("restart_component:market_data", {}, true);
    CHECK(desk.restarts == 1);
  }

  TEST_CASE("stopping all trading halts, then cancels, and carries the time of detection") {
    Desk desk;
    desk.fires("stop_all_trading");
    REQUIRE(desk.posted.size() == 2);
    CHECK(desk.posted[0].kind == Command::Halt);
    CHECK(desk.posted[1].kind == Command::CancelAll);
    CHECK(desk.posted[0].by_alert);
    CHECK(desk.posted[0].detected == orders::Duration{5});
    CHECK(desk.count("stop_all_trading", "done") == 1);
  }

  TEST_CASE("what an action left behind is not asked for again until a person ends it") {
    Desk desk;
    desk.fires("halt_trading");
    desk.fires("halt_trading");
    CHECK(desk.posted.size() == 1);
    CHECK(desk.count("halt_trading", "latched") == 1);
    REQUIRE(desk.executor.latches().size() == 1);
    CHECK(desk.executor.latches()[0].alert == "Rule");

    desk.executor.person_acted(person(Command::CancelAll));
    CHECK(desk.executor.latches().size() == 1);
    desk.executor.person_acted(person(Command::Resume));
    CHECK(desk.executor.latches().empty());
    desk.fires("halt_trading");
    CHECK(desk.posted.size() == 2);
  }

  TEST_CASE("what is over once it is done is done each time") {
    Desk desk;
    desk.fires("cancel_all,page");
    desk.fires("cancel_all,page");
    CHECK(desk.posted.size() == 2);
    CHECK(desk.executor.latches().empty());
    CHECK(desk.count("page", "done") == 2);
  }

  TEST_CASE("a venue comes from the action, from the alert's label, or is every venue") {
    Desk desk;
    desk.fires("pause_order_submission:A");
    REQUIRE(desk.posted.size() == 1);
    CHECK(desk.posted[0].venue == test::kVenueA);
    desk.fires("use_backup_venue", Labels{{"exchange", "B"}});
    REQUIRE(desk.posted.size() == 2);
    CHECK(desk.posted[1].venue == test::kVenueB);
    desk.fires("pause_order_submission");
    CHECK(desk.posted.size() == 4);

    ControlCommand resume = person(Command::ResumeVenue);
    resume.venue = test::kVenueA;
    desk.executor.person_acted(resume);
    const auto left = desk.executor.latches();
    REQUIRE(left.size() == 2);
    CHECK(left[0].target == "B");
    CHECK(left[1].target == "B");
  }

  TEST_CASE("a target that is missing or unknown fails and says so") {
    Desk desk;
    desk.fires("use_backup_venue");
    desk.fires("pause_order_submission:NOWHERE");
    desk.fires("disable_strategy", Labels{{"strategy", "nobody"}});
    desk.fires("restart_component", Labels{{"component", "process"}});
    CHECK(desk.posted.empty());
    CHECK(desk.count("use_backup_venue", "failed") == 1);
    CHECK(desk.count("pause_order_submission", "failed") == 1);
    CHECK(desk.count("disable_strategy", "failed") == 1);
    CHECK(desk.count("restart_component", "failed") == 1);
    CHECK(desk.executor.latches().empty());
  }

  TEST_CASE("a strategy is disabled until a person enables it") {
    Desk desk;
    desk.fires("disable_strategy", Labels{{"strategy", "manual"}});
    REQUIRE(desk.posted.size() == 1);
    CHECK(desk.posted[0].strategy == test::kManual);
    ControlCommand enable = person(Command::EnableStrategy);
    enable.strategy = test::kManual;
    desk.executor.person_acted(enable);
    CHECK(desk.executor.latches().empty());
  }

  TEST_CASE("the market data is restarted") {
    Desk desk;
    desk.fires("restart_component:market_data");
    CHECK(desk.restarts == 1);
  }

  TEST_CASE("a core without room fails the action, and the next firing tries again") {
    Desk desk;
    desk.has_room = false;
    desk.fires("halt_trading");
    CHECK(desk.count("halt_trading", "failed") == 1);
    CHECK(desk.executor.latches().empty());
    desk.has_room = true;
    desk.fires("halt_trading");
    CHECK(desk.posted.size() == 1);
  }

  TEST_CASE("what an ended alert left behind is in force after a restart, until a person ends it") {
    const test::LatchFile file;
    {
      Desk desk(file.path);
      desk.fires("halt_trading,page");
      desk.fires("pause_order_submission:A");
    }
    {
      Desk desk(file.path);
      CHECK(desk.executor.latches().empty());
      desk.executor.restore();
      REQUIRE(desk.posted.size() == 2);
      CHECK(desk.posted[0].kind == Command::Halt);
      CHECK(desk.posted[1].venue == test::kVenueA);
      CHECK(desk.executor.latches().size() == 2);
      CHECK(desk.executor.latches()[0].alert == "Rule");
      desk.fires("halt_trading");
      CHECK(desk.posted.size() == 2);
      desk.executor.person_acted(person(Command::Resume));
    }
    Desk desk(file.path);
    desk.executor.restore();
    REQUIRE(desk.posted.size() == 1);
    CHECK(desk.posted[0].kind == Command::PauseVenue);
  }

  TEST_CASE("a latch whose target has left the configuration is given up") {
    const test::LatchFile file;
    LatchBook book(file.path);
    CHECK(book.add({.kind = Kind::DisableStrategy, .target = "gone", .alert = "Rule", .labels = "{}"}));
    {
      Desk desk(file.path);
      desk.executor.restore();
      CHECK(desk.posted.empty());
      CHECK(desk.executor.latches().empty());
    }
    CHECK(LatchBook(file.path).take_loaded().empty());
  }

  TEST_CASE("an engine whose core has no room for what must be in force does not start") {
    const test::LatchFile file;
    LatchBook book(file.path);
    CHECK(book.add({.kind = Kind::HaltTrading, .target = "all", .alert = "Rule", .labels = "{}"}));
    Desk desk(file.path);
    desk.has_room = false;
    CHECK_THROWS_WITH(desk.executor.restore(),
                      "halt_trading of all by alert Rule, in force since before the restart: "
                      "the core's queue of commands is full");
    CHECK(LatchBook(file.path).take_loaded().size() == 1);
  }

  TEST_CASE("a person who reduces ends a halt, so that the next firing halts again") {
    Desk desk;
    desk.fires("halt_trading");
    desk.fires("reduce_only");
    desk.executor.person_acted(person(Command::Reduce));
    REQUIRE(desk.executor.latches().size() == 1);
    CHECK(desk.executor.latches()[0].kind == Kind::ReduceOnly);
    desk.fires("halt_trading");
    CHECK(desk.count("halt_trading", "done") == 2);
  }

  TEST_CASE("what the core does itself is done, whatever was in force") {
    Desk desk;
    desk.fires("halt_trading");
    desk.fires("halt_trading", {}, true);
    CHECK(desk.posted.size() == 1);
    CHECK(desk.count("halt_trading", "done") == 2);
    CHECK(desk.count("halt_trading", "latched") == 0);
  }

  TEST_CASE("targets that a rule names itself are known to be wrong before an alert needs them") {
    const EngineConfig config = test::small_config();
    const auto faults = [&](const std::string& action) {
      monitoring::RuleDefinition rule;
      rule.name = "Loss";
      rule.line = 7;
      rule.labels = {{"action", action}, {"severity", "critical"}};
      return action_faults("rules.yml", rule, config);
    };
    CHECK(faults("halt_trading,pause_order_submission:A,disable_strategy:manual,use_backup_venue,page")
              .empty());
    CHECK(faults("restart_component:market_data,investigate").empty());
    CHECK(faults("disable_strategy:{{ $labels.strategy }}").empty());
    CHECK(
        faults("pause_order_submission:X, restart_component:core, halt_trading:A") ==
        std::vector<std::string>{
            "rules.yml:7: Loss: action pause_order_submission: must name a configured venue, named \"X\"",
            "rules.yml:7: Loss: action restart_component: only market_data can be restarted while the engine "
            "goes on, named \"core\"",
            "rules.yml:7: Loss: action halt_trading: takes no target, named \"A\""});
  }
}
