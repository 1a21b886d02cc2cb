// F14's families, each with the one answer that it must get.
#include "malformed_cases.hpp"

#include "intake_server.hpp"

namespace calsync::test {
namespace {

const std::string body = R"({"triggerEvent":"PING"})";
const std::string signature = "X-Cal-Signature-256: " + sign(body) + "\r\n";
const std::string length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
const std::string host = "Host: h\r\n";

std::string request(const std::string& line, const std::string& fields) {
  return line + "\r\n" + fields + "\r\n" + body;
}
std::string post(const std::string& fields) {
  return request("POST /hooks/main HTTP/1.1", fields);
}
std::string good_with(const std::string& fields) {
  return post(host + signature + length + fields);
}
std::string target(const std::string& text) {
  return request("POST " + text + " HTTP/1.1", host + signature + length);
}
std::string line(const std::string& text) {
  return request(text, host + signature + length);
}
std::string lengths(const std::string& fields) {
  return post(host + signature + fields);
}
std::string many_fields(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += "X-Field-" + std::to_string(i) + ": x\r\n";
  return out;
}

}  // namespace

std::string well_formed_with(const std::string& fields) {
  return good_with(fields);
}

const std::vector<Malformation>& malformations() {
  static const std::vector<Malformation> all{
      // The request line.
      {"another method", 405, line("GET /hooks/main HTTP/1.1")},
      {"PUT", 405, line("PUT /hooks/main HTTP/1.1")},
      {"HEAD, whose answer has no content", 405, line("HEAD /hooks/main HTTP/1.1")},
      {"OPTIONS", 405, line("OPTIONS /hooks/main HTTP/1.1")},
      {"a method in lower case", 405, line("post /hooks/main HTTP/1.1")},
      {"an invented method", 405, line("POSTT /hooks/main HTTP/1.1")},
      {"CONNECT, with an authority", 405, line("CONNECT h:443 HTTP/1.1")},
      {"PATCH", 405, line("PATCH /hooks/main HTTP/1.1")},
      {"DELETE", 405, line("DELETE /hooks/main HTTP/1.1")},
      {"TRACE", 405, line("TRACE /hooks/main HTTP/1.1")},
      {"a quoted method", 400, line("\"POST\" /hooks/main HTTP/1.1")},
      {"a NUL in the method", 400, line(std::string("PO\0ST /hooks/main HTTP/1.1", 26))},
      {"no method", 400, line("/hooks/main HTTP/1.1")},
      {"the parts in another order", 400, line("HTTP/1.1 POST /hooks/main")},
      {"the preface of HTTP/2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
      {"the hello of TLS", 400, std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11)},
      {"the greeting of SSH", 400, "SSH-2.0-OpenSSH_9.2\r\n\r\n"},
      {"the line of a proxy protocol first", 400, "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + good_with("")},
      {"the signature of its second version first", 400,
       "\r\n\r\n" + std::string("\0\r\nQUIT\n", 8) + good_with("")},
      {"an empty line first", 400, "\r\n" + good_with("")},
      {"a space first", 400, " " + good_with("")},
      {"no version", 400, line("POST /hooks/main")},
      {"HTTP/0.9", 505, line("POST /hooks/main HTTP/0.9")},
      {"HTTP/2.0", 505, line("POST /hooks/main HTTP/2.0")},
      {"HTTP/1.2", 505, line("POST /hooks/main HTTP/1.2")},
      {"http in lower case", 400, line("POST /hooks/main http/1.1")},
      {"HTTP/1.10", 400, line("POST /hooks/main HTTP/1.10")},
      {"HTTP/11", 400, line("POST /hooks/main HTTP/11")},
      {"HTTP/1,1", 400, line("POST /hooks/main HTTP/1,1")},
      {"HTTP without a number", 400, line("POST /hooks/main HTTP/")},
      {"HTTPS/1.1", 400, line("POST /hooks/main HTTPS/1.1")},
      {"no target", 400, line("POST  HTTP/1.1")},
      {"a target in two parts", 400, line("POST /hooks/main /hooks/main HTTP/1.1")},
      {"two spaces before the target", 400, line("POST  /hooks/main HTTP/1.1")},
      {"two spaces before the version", 400, line("POST /hooks/main  HTTP/1.1")},
      {"a tab instead of a space", 400, line("POST\t/hooks/main HTTP/1.1")},
      {"a space after the version", 400, line("POST /hooks/main HTTP/1.1 ")},
      {"a vertical tab instead of a space", 400, line("POST\v/hooks/main HTTP/1.1")},
      // Bytes and lines.
      {"bare line feeds", 400, "POST /hooks/main HTTP/1.1\nHost: h\n\n"},
      {"one bare line feed", 400, post(host + "X-A: 1\n" + signature + length)},
      {"a bare carriage return", 400, good_with("X-A: 1\rX-B: 2\r\n")},
      {"a bare carriage return after the request line", 400, "POST /hooks/main HTTP/1.1\r" + host + "\r\n"},
      {"a line feed before the carriage return", 400, good_with("X-A: 1\n\r")},
      {"a bare line feed as the empty line", 400, "POST /hooks/main HTTP/1.1\r\n" + host + length + "\n"},
      {"two carriage returns", 400, good_with("X-A: 1\r\r\n")},
      {"a NUL in a field", 400, good_with(std::string("X-A: a\0b\r\n", 10))},
      {"a NUL in the target", 400, target(std::string("/hooks/main\0", 12))},
      {"a bell in a field", 400, good_with("X-A: \a\r\n")},
      {"an escape in a field", 400, good_with("X-A: \x1b[2J\r\n")},
      {"a form feed in a field", 400, good_with("X-A: a\fb\r\n")},
      {"a vertical tab in a field", 400, good_with("X-A: a\vb\r\n")},
      {"a DEL in a field", 400, good_with("X-A: \x7f\r\n")},
      {"a folded field", 400, good_with("X-A: 1\r\n 2\r\n")},
      {"a field folded with a tab", 400, good_with("X-A: 1\r\n\t2\r\n")},
      {"a folded first field", 400, post(" X: 1\r\n" + host + signature + length)},
      {"a folded last field", 400, good_with("X-A: 1\r\n \r\n")},
      {"a folded length", 400, lengths("Content-Length:\r\n 23\r\n")},
      {"a folded signature", 400, post(host + length + "X-Cal-Signature-256:\r\n " + sign(body) + "\r\n")},
      // Fields.
      {"a field without a colon", 400, good_with("X-A\r\n")},
      {"a field without a name", 400, good_with(": x\r\n")},
      {"a space before the colon", 400, good_with("X-A : 1\r\n")},
      {"a space in a name", 400, good_with("X A: 1\r\n")},
      {"a NUL in a name", 400, good_with(std::string("X-\0A: 1\r\n", 9))},
      {"a tab before the colon", 400, good_with("X-A\t: 1\r\n")},
      {"a bracket in a name", 400, good_with("X(A: 1\r\n")},
      {"a slash in a name", 400, good_with("X/A: 1\r\n")},
      {"an at sign in a name", 400, good_with("X@A: 1\r\n")},
      {"a name in quotes", 400, good_with("\"X-A\": 1\r\n")},
      {"a byte above 127 in a name", 400, good_with("X-\xc3\xa4: 1\r\n")},
      {"a space before the colon of Content-Length", 400, lengths("Content-Length : 23\r\n")},
      // Host.
      {"no Host", 400, post(signature + length)},
      {"two Hosts", 400, good_with(host)},
      {"two Hosts that differ", 400, good_with("Host: other\r\n")},
      {"two Hosts in two cases", 400, good_with("HOST: h\r\n")},
      {"a space before the colon of Host", 400, post("Host : h\r\n" + signature + length)},
      {"an empty Host", 400, post("Host: \r\n" + signature + length)},
      {"a Host with a path", 400, post("Host: h/x\r\n" + signature + length)},
      {"a Host with user information", 400, post("Host: u@h\r\n" + signature + length)},
      {"a Host with a space", 400, post("Host: a b\r\n" + signature + length)},
      {"a Host with a query", 400, post("Host: h?x\r\n" + signature + length)},
      {"a Host with a fragment", 400, post("Host: h#x\r\n" + signature + length)},
      {"a Host with a backslash", 400, post("Host: h\\x\r\n" + signature + length)},
      {"a Host in quotes", 400, post("Host: \"h\"\r\n" + signature + length)},
      {"a Host with a byte above 127", 400, post("Host: h\xc3\xa4\r\n" + signature + length)},
      {"a Host with a NUL", 400, post(std::string("Host: h\0x\r\n", 11) + signature + length)},
      {"a list of Hosts", 400, post("Host: h, h\r\n" + signature + length)},
      // The target.
      {"absolute form", 400, target("http://h/hooks/main")},
      {"asterisk form", 400, target("*")},
      {"authority form", 400, target("h:80")},
      {"a target without a slash", 400, target("hooks/main")},
      {"nothing but a query", 400, target("?x")},
      {"a dot and a slash", 400, target("./hooks/main")},
      {"a fragment", 400, target("/hooks/main#x")},
      {"a backslash", 400, target("/hooks\\main")},
      {"a byte above 127 in the target", 400, target("/hooks/m\xc3\xa4in")},
      {"a target of more than 1 KiB", 414, target("/hooks/main?" + std::string(1024, 'x'))},
      {"a target of one byte more than 1 KiB", 414, target("/hooks/main?" + std::string(1013, 'x'))},
      {"a tab in the target", 400, target("/hooks/main\t")},
      {"a path that is none of ours", 404, target("/")},
      {"the folder of the hooks", 404, target("/hooks/")},
      {"an unknown source", 404, target("/hooks/other")},
      {"a source in another case", 404, target("/hooks/Main")},
      {"a slash at the end", 404, target("/hooks/main/")},
      {"two slashes", 404, target("//hooks/main")},
      {"dots", 404, target("/hooks/../hooks/main")},
      {"an encoded source", 404, target("/hooks/m%61in")},
      {"what is reserved for the push hook", 404, target("/hooks/git/config")},
      {"an encoded slash", 404, target("/hooks%2fmain")},
      {"an encoded NUL", 404, target("/hooks/main%00")},
      {"a parameter of the path", 404, target("/hooks/main;x=1")},
      {"an encoded question mark", 404, target("/hooks/main%3fx")},
      // How long the body is: where two might disagree, a second request hides.
      {"no Content-Length", 411, lengths("")},
      {"a length under a name with an underscore", 411, lengths("Content_Length: 23\r\n")},
      {"Content-Length for the chunks of nobody", 411, lengths("Trailer: Content-Length\r\n")},
      {"two lengths, the same", 400, lengths(length + length)},
      {"two lengths that differ", 400, lengths(length + "Content-Length: 5\r\n")},
      {"two lengths in two cases", 400, lengths("content-length: 23\r\nCONTENT-LENGTH: 23\r\n")},
      {"a length and an empty one", 400, lengths(length + "Content-Length:\r\n")},
      {"a list of lengths", 400, lengths("Content-Length: 23, 23\r\n")},
      {"a length with a sign", 400, lengths("Content-Length: +23\r\n")},
      {"plus nothing", 400, lengths("Content-Length: +0\r\n")},
      {"a negative length", 400, lengths("Content-Length: -1\r\n")},
      {"a hexadecimal length", 400, lengths("Content-Length: 0x17\r\n")},
      {"a length that is octal to some", 400, lengths("Content-Length: 023\r\n")},
      {"a length with a fraction", 400, lengths("Content-Length: 23.0\r\n")},
      {"a length of minus nothing", 400, lengths("Content-Length: -0\r\n")},
      {"a length of two zeros", 400, lengths("Content-Length: 00\r\n")},
      {"a length with an exponent", 400, lengths("Content-Length: 2e1\r\n")},
      {"a length in two parts", 400, lengths("Content-Length: 2 3\r\n")},
      {"a length with a parameter", 400, lengths("Content-Length: 23;x\r\n")},
      {"a length in quotes", 400, lengths("Content-Length: \"23\"\r\n")},
      {"a length in wide digits", 400, lengths("Content-Length: \xef\xbc\x92\xef\xbc\x93\r\n")},
      {"a length after a NUL", 400,
       lengths(std::string("Content-Length: \0"
                           "23\r\n",
                           21))},
      {"a length in words", 400, lengths("Content-Length: unknown\r\n")},
      {"an empty length", 400, lengths("Content-Length: \r\n")},
      {"a length of 1 MiB and one", 413, lengths("Content-Length: 1048577\r\n")},
      {"a length of 2^63", 413, lengths("Content-Length: 9223372036854775808\r\n")},
      {"a length of 2^64, which is more than any number that we know", 400,
       lengths("Content-Length: 18446744073709551616\r\n")},
      {"a length of 2^64 and the right one", 400, lengths("Content-Length: 18446744073709551639\r\n")},
      {"a length of 100 digits", 400, lengths("Content-Length: 1" + std::string(99, '0') + "\r\n")},
      // Transfer-Encoding, in any form.
      {"Transfer-Encoding: chunked", 400, lengths("Transfer-Encoding: chunked\r\n")},
      {"chunked and a length", 400, good_with("Transfer-Encoding: chunked\r\n")},
      {"a length and chunked, the other way round", 400, lengths("Transfer-Encoding: chunked\r\n" + length)},
      {"Transfer-Encoding: xchunked", 400, lengths("Transfer-Encoding: xchunked\r\n")},
      {"Transfer-Encoding: gzip, chunked", 400, lengths("Transfer-Encoding: gzip, chunked\r\n")},
      {"Transfer-Encoding: chunked, identity", 400, lengths("Transfer-Encoding: chunked, identity\r\n")},
      {"Transfer-Encoding: chunked twice", 400, lengths("Transfer-Encoding: chunked, chunked\r\n")},
      {"two Transfer-Encodings", 400, good_with("Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n")},
      {"chunked with a parameter", 400, lengths("Transfer-Encoding: chunked;q=1\r\n")},
      {"chunked in quotes", 400, lengths("Transfer-Encoding: \"chunked\"\r\n")},
      {"chunked after a tab", 400, good_with("Transfer-Encoding:\tchunked\r\n")},
      {"chunked after a vertical tab", 400, good_with("Transfer-Encoding: \vchunked\r\n")},
      {"chunked after a NUL", 400, good_with(std::string("Transfer-Encoding: \0chunked\r\n", 29))},
      {"a folded chunked", 400, good_with("Transfer-Encoding:\r\n chunked\r\n")},
      {"chunked hidden in a folded field", 400, good_with("X-A: 1\r\n Transfer-Encoding: chunked\r\n")},
      {"a space before the colon of Transfer-Encoding", 400, good_with("Transfer-Encoding : chunked\r\n")},
      {"Transfer-Encoding after a bare line feed", 400, good_with("X-A: 1\nTransfer-Encoding: chunked\r\n")},
      {"chunked of HTTP/1.0", 400,
       request("POST /hooks/main HTTP/1.0", host + signature + length + "Transfer-Encoding: chunked\r\n")},
      {"chunked under a name with an underscore", 411, lengths("Transfer_Encoding: chunked\r\n")},
      {"a request hidden behind the last chunk", 400,
       "POST /hooks/main HTTP/1.1\r\n" + host + signature + length +
           "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"a request hidden in a chunk extension", 400,
       "POST /hooks/main HTTP/1.1\r\n" + host + signature + "Transfer-Encoding: chunked\r\n\r\n0;\n" +
           good_with("")},
      {"a request hidden in a body that GET does not have", 405,
       request("GET /hooks/main HTTP/1.1", host + signature + length)},
      {"Transfer-Encoding: identity", 400, good_with("Transfer-Encoding: identity\r\n")},
      {"Transfer-Encoding in capitals", 400, good_with("TRANSFER-ENCODING: CHUNKED\r\n")},
      {"an empty Transfer-Encoding", 400, good_with("Transfer-Encoding:\r\n")},
      // What we do not speak.
      {"Content-Encoding: gzip", 400, good_with("Content-Encoding: gzip\r\n")},
      {"Content-Encoding: br", 400, good_with("Content-Encoding: br\r\n")},
      {"an empty Content-Encoding", 400, good_with("Content-Encoding:\r\n")},
      {"Content-Encoding: identity", 400, good_with("Content-Encoding: identity\r\n")},
      {"Upgrade: h2c", 400, good_with("Connection: Upgrade\r\nUpgrade: h2c\r\n")},
      {"Upgrade: websocket", 400, good_with("Upgrade: websocket\r\n")},
      {"Upgrade: TLS/1.0", 400, good_with("Upgrade: TLS/1.0\r\n")},
      {"an empty Upgrade", 400, good_with("Upgrade:\r\n")},
      {"an empty expectation", 400, good_with("Expect:\r\n")},
      {"another expectation", 400, good_with("Expect: 200-ok\r\n")},
      {"two expectations", 400, good_with("Expect: 100-continue, x\r\n")},
      // Too much.
      {"65 fields", 431, good_with(many_fields(62))},
      {"700 fields", 431, good_with(many_fields(700))},
      {"a header of more than 8 KiB", 431, good_with("X-A: " + std::string(8192, 'x') + "\r\n")},
      {"a name of 8 KiB", 431, good_with(std::string(8192, 'x') + ": 1\r\n")},
      {"fields without end", 431, "POST /hooks/main HTTP/1.1\r\n" + many_fields(2000)},
      {"a header without end", 431, "POST /hooks/main HTTP/1.1\r\nX-A: " + std::string(20000, 'x')},
      {"a request line without end", 431, "POST /" + std::string(20000, 'x')},
  };
  return all;
}

}  // namespace calsync::test
