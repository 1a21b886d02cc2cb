// Which names stand before a secret, whatever their case and their separators: "auth_token", "X-Amz-Signature",
// "token[]". Pure.
#pragma once
#include <string>
#include <string_view>

namespace calsync {

bool names_a_secret_parameter(std::string_view name);  // of a URL, as it stands there: "%74oken"
bool names_a_secret(std::string_view member);          // of an object: those, and bearer links ("joinUrl")
bool labels_a_secret(std::string_view word);           // in text, before a colon: "Passcode: 1234"

std::string percent_decoded(std::string_view text);

}  // namespace calsync
