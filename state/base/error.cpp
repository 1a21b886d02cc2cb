#include "state/base/error.hpp"

#include <boost/throw_exception.hpp>

#include <stdexcept>

namespace calsync {

std::string Error::text() const {
  return trail.empty() ? what : what + " (" + trail + ")";
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  boost::throw_with_location(std::runtime_error(error.text()), where);
}

const char* to_text(Errc code) {
  switch (code) {
    case Errc::not_found:
      return "not_found";
    case Errc::rejected:
      return "rejected";
    case Errc::rate_limited:
      return "rate_limited";
    case Errc::unauthorised:
      return "unauthorised";
    case Errc::timeout:
      return "timeout";
    case Errc::conflict:
      return "conflict";
    case Errc::unavailable:
      return "unavailable";
    case Errc::corrupt:
      return "corrupt";
    case Errc::foreign:
      return "foreign";
    case Errc::disk_full:
      return "disk_full";
    case Errc::io:
      return "io";
    case Errc::cancelled:
      return "cancelled";
  }
  return "unknown";
}

}  // namespace calsync
