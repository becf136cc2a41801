#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"
#include "engine/config/config_words.h"

namespace vigil::engine {

void read_reconciliation(const YamlValue& section, EngineConfig& config) {
  ReconciliationConfig& out = config.reconciliation;
  read_duration(section["every"], out.every, std::chrono::seconds{1});
  read_choice(section["unknown_orders"], out.unknown_orders, kUnknownOrdersWords);
  const auto& accounts = config.portfolio.accounts;
  if (accounts.size() == 1) out.adopt_account = orders::AccountId{0};
  const YamlValue account = section["adopt_account"];
  const auto names = names_of(accounts, &positions::AccountConfig::name);
  const std::string must = must_be_one("an account", names);
  if (account.given() && !account.holds(kNone)) {
    std::string name;
    read_text(account, name);
    const std::size_t place = place_of(accounts, &positions::AccountConfig::name, name);
    if (place == accounts.size()) return account.refuse(must);
    out.adopt_account = static_cast<orders::AccountId>(place);
  }
  if (out.unknown_orders == UnknownOrders::Adopt && out.adopt_account == orders::kNoAccount) {
    account.refuse(must + " where unknown orders are adopted",
                   account.given() ? std::string{kNone} : "missing");
  }
}

}  // namespace vigil::engine
