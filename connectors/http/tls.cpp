#include "connectors/http/tls.hpp"

#include "state/base/regular_file.hpp"

#include <boost/asio/ssl/context.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace calsync {
namespace {

namespace ssl = boost::asio::ssl;

constexpr std::size_t pem_bytes_max = std::size_t{1024} * 1024;

Result<void> must_be_readable(const std::string& path, const char* setting) {
  auto readable = must_be_regular_file(path, pem_bytes_max);
  if (readable) return {};
  return Error{readable.error().code == Errc::not_found ? Errc::not_found : Errc::rejected,
               readable.error().what + "; check " + setting + " and the file's owner and mode"};
}

Error bad_file(const std::string& path, const std::string& what, const char* cure) {
  ERR_clear_error();  // else the next TLS call of this thread reports it as its own
  return Error{Errc::rejected, path + ": " + what + "; " + cure};
}

// Clients that can do HTTP/2 ask for both. One that only offers others is told so in the handshake.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, static_cast<const unsigned char*>(ours), sizeof ours - 1,
                            offered, offered_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

void set_policy(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");  // TLS 1.2; those of 1.3 are all good
  SSL_CTX_set_options(context,
                      SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);  // an idle connection costs 34 kB less
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

}  // namespace

Result<TlsContext> load_server_tls(const std::string& certificate, const std::string& private_key) {
  CALSYNC_CHECK("load TLS certificate", must_be_readable(certificate, "intake.tls.certificate"));
  CALSYNC_CHECK("load TLS key", must_be_readable(private_key, "intake.tls.private_key"));
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  set_policy(context->native_handle());
  // A key with a passphrase must not ask for it on the terminal of a daemon.
  SSL_CTX_set_default_passwd_cb(context->native_handle(), [](char*, int, int, void*) { return 0; });
  boost::system::error_code ec;
  context->use_certificate_chain_file(certificate, ec);
  if (ec)
    return bad_file(certificate, "no PEM certificate chain",
                    "it must hold -----BEGIN CERTIFICATE-----, leaf first");
  const bool loaded =
      SSL_CTX_use_PrivateKey_file(context->native_handle(), private_key.c_str(), SSL_FILETYPE_PEM) == 1;
  if (!loaded && ERR_GET_REASON(ERR_peek_error()) == X509_R_KEY_VALUES_MISMATCH)
    return bad_file(private_key, "is not the key of the certificate " + certificate,
                    "put both from the same request");
  if (!loaded)
    return bad_file(private_key, "no PEM private key without a passphrase",
                    "it must hold -----BEGIN PRIVATE KEY-----");
  if (SSL_CTX_check_private_key(context->native_handle()) != 1)
    return bad_file(private_key, "is not the key of the certificate " + certificate,
                    "put both from the same request");
  return context;
}

}  // namespace calsync
