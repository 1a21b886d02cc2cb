// The one compilation of Beast and of Asio's TLS; every other file sees declarations only.
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
