/*
 * openssl - the functions of OpenSSL that tls.h is made of
 *
 * Linking libssl would double the time the program takes to start (0.9 to 2.0 ms
 * on the machine this was written on), under cetus-run for each tool and TLS or
 * not. So it is loaded when certificates are. The names below stand for pointers
 * into it, and the compiler checks calls against OpenSSL's own prototypes all the
 * same. This is the only file that includes its headers.
 *
 * A program that is static as a whole cannot load anything: with OPENSSL_LINKED the
 * names are the functions themselves, which are in it, and openssl.c is not.
 */
#ifndef PROXY_OPENSSL_H
#define PROXY_OPENSSL_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

_Static_assert(OPENSSL_VERSION_MAJOR >= 3, "OpenSSL 3 tells a connection that was cut from one "
					   "that has ended");

#ifdef OPENSSL_LINKED

static inline const char *openssl_load(void)
{
	return NULL;
}

#else

/* What the macros of its headers call is listed, too. */
#define OPENSSL_FUNCTIONS(X)               \
	X(ASN1_STRING_get0_data)           \
	X(ASN1_STRING_length)              \
	X(ASN1_STRING_to_UTF8)             \
	X(ASN1_TIME_to_tm)                 \
	X(BIO_free)                        \
	X(BIO_new_mem_buf)                 \
	X(CRYPTO_free)                     \
	X(ERR_clear_error)                 \
	X(ERR_peek_error)                  \
	X(ERR_reason_error_string)         \
	X(EVP_PKEY_free)                   \
	X(GENERAL_NAMES_free)              \
	X(GENERAL_NAME_get0_value)         \
	X(EVP_sha256)                      \
	X(OPENSSL_cleanse)                 \
	X(OPENSSL_sk_num)                  \
	X(OPENSSL_sk_value)                \
	X(PEM_read_bio_PrivateKey)         \
	X(PEM_read_bio_X509)               \
	X(SSL_CTX_add_client_CA)           \
	X(SSL_CTX_check_private_key)       \
	X(SSL_CTX_ctrl)                    \
	X(SSL_CTX_free)                    \
	X(SSL_CTX_get0_certificate)        \
	X(SSL_CTX_get0_param)              \
	X(SSL_CTX_get_cert_store)          \
	X(SSL_CTX_get_ex_data)             \
	X(SSL_CTX_new)                     \
	X(SSL_CTX_sess_set_new_cb)         \
	X(SSL_CTX_set_alpn_protos)         \
	X(SSL_CTX_set_alpn_select_cb)      \
	X(SSL_CTX_set_ex_data)             \
	X(SSL_CTX_set_num_tickets)         \
	X(SSL_CTX_set_options)             \
	X(SSL_CTX_set_session_id_context)  \
	X(SSL_CTX_set_session_ticket_cb)   \
	X(SSL_CTX_set_timeout)             \
	X(SSL_CTX_set_verify)              \
	X(SSL_CTX_use_PrivateKey)          \
	X(SSL_CTX_use_certificate)         \
	X(SSL_SESSION_free)                \
	X(SSL_ctrl)                        \
	X(SSL_do_handshake)                \
	X(SSL_free)                        \
	X(SSL_get0_peer_certificate)       \
	X(SSL_get_SSL_CTX)                 \
	X(SSL_get_error)                   \
	X(SSL_get_verify_result)           \
	X(SSL_new)                         \
	X(SSL_pending)                     \
	X(SSL_read_ex)                     \
	X(SSL_select_next_proto)           \
	X(SSL_session_reused)              \
	X(SSL_set_accept_state)            \
	X(SSL_set_connect_state)           \
	X(SSL_set_fd)                      \
	X(SSL_set_num_tickets)             \
	X(SSL_set_session)                 \
	X(SSL_shutdown)                    \
	X(SSL_write_ex)                    \
	X(TLS_client_method)               \
	X(TLS_server_method)               \
	X(X509_NAME_ENTRY_get_data)        \
	X(X509_NAME_get_entry)             \
	X(X509_NAME_get_index_by_NID)      \
	X(X509_NAME_oneline)               \
	X(X509_STORE_add_cert)             \
	X(X509_VERIFY_PARAM_set1_host)     \
	X(X509_VERIFY_PARAM_set1_ip_asc)   \
	X(X509_VERIFY_PARAM_set_flags)     \
	X(X509_VERIFY_PARAM_set_hostflags) \
	X(X509_cmp_current_time)           \
	X(X509_digest)                     \
	X(X509_free)                       \
	X(X509_get0_notAfter)              \
	X(X509_get0_notBefore)             \
	X(X509_get_ext_d2i)                \
	X(X509_get_subject_name)           \
	X(X509_verify_cert_error_string)

struct openssl {
#define X(function) __typeof__(function) *function;
	OPENSSL_FUNCTIONS(X)
#undef X
};

/* Filled by openssl_load(), and the same for all threads from then on. */
extern struct openssl openssl;

/**
 * openssl_load() - Load the library, once
 *
 * Return: NULL, or why that was not possible; static.
 */
const char *openssl_load(void);

#define ASN1_STRING_get0_data		openssl.ASN1_STRING_get0_data
#define ASN1_STRING_length		openssl.ASN1_STRING_length
#define ASN1_STRING_to_UTF8		openssl.ASN1_STRING_to_UTF8
#define ASN1_TIME_to_tm			openssl.ASN1_TIME_to_tm
#define BIO_free			openssl.BIO_free
#define BIO_new_mem_buf			openssl.BIO_new_mem_buf
#define CRYPTO_free			openssl.CRYPTO_free
#define ERR_clear_error			openssl.ERR_clear_error
#define ERR_peek_error			openssl.ERR_peek_error
#define ERR_reason_error_string		openssl.ERR_reason_error_string
#define EVP_PKEY_free			openssl.EVP_PKEY_free
#define GENERAL_NAMES_free		openssl.GENERAL_NAMES_free
#define GENERAL_NAME_get0_value		openssl.GENERAL_NAME_get0_value
#define EVP_sha256			openssl.EVP_sha256
#define OPENSSL_cleanse			openssl.OPENSSL_cleanse
#define OPENSSL_sk_num			openssl.OPENSSL_sk_num
#define OPENSSL_sk_value		openssl.OPENSSL_sk_value
#define PEM_read_bio_PrivateKey		openssl.PEM_read_bio_PrivateKey
#define PEM_read_bio_X509		openssl.PEM_read_bio_X509
#define SSL_CTX_add_client_CA		openssl.SSL_CTX_add_client_CA
#define SSL_CTX_check_private_key	openssl.SSL_CTX_check_private_key
#define SSL_CTX_ctrl			openssl.SSL_CTX_ctrl
#define SSL_CTX_free			openssl.SSL_CTX_free
#define SSL_CTX_get0_certificate	openssl.SSL_CTX_get0_certificate
#define SSL_CTX_get0_param		openssl.SSL_CTX_get0_param
#define SSL_CTX_get_cert_store		openssl.SSL_CTX_get_cert_store
#define SSL_CTX_get_ex_data		openssl.SSL_CTX_get_ex_data
#define SSL_CTX_new			openssl.SSL_CTX_new
#define SSL_CTX_sess_set_new_cb		openssl.SSL_CTX_sess_set_new_cb
#define SSL_CTX_set_alpn_protos		openssl.SSL_CTX_set_alpn_protos
#define SSL_CTX_set_alpn_select_cb	openssl.SSL_CTX_set_alpn_select_cb
#define SSL_CTX_set_ex_data		openssl.SSL_CTX_set_ex_data
#define SSL_CTX_set_num_tickets		openssl.SSL_CTX_set_num_tickets
#define SSL_CTX_set_options		openssl.SSL_CTX_set_options
#define SSL_CTX_set_session_id_context	openssl.SSL_CTX_set_session_id_context
#define SSL_CTX_set_session_ticket_cb	openssl.SSL_CTX_set_session_ticket_cb
#define SSL_CTX_set_timeout		openssl.SSL_CTX_set_timeout
#define SSL_CTX_set_verify		openssl.SSL_CTX_set_verify
#define SSL_CTX_use_PrivateKey		openssl.SSL_CTX_use_PrivateKey
#define SSL_CTX_use_certificate		openssl.SSL_CTX_use_certificate
#define SSL_SESSION_free		openssl.SSL_SESSION_free
#define SSL_ctrl			openssl.SSL_ctrl
#define SSL_do_handshake		openssl.SSL_do_handshake
#define SSL_free			openssl.SSL_free
#define SSL_get0_peer_certificate	openssl.SSL_get0_peer_certificate
#define SSL_get_SSL_CTX			openssl.SSL_get_SSL_CTX
#define SSL_get_error			openssl.SSL_get_error
#define SSL_get_verify_result		openssl.SSL_get_verify_result
#define SSL_new				openssl.SSL_new
#define SSL_pending			openssl.SSL_pending
#define SSL_read_ex			openssl.SSL_read_ex
#define SSL_select_next_proto		openssl.SSL_select_next_proto
#define SSL_session_reused		openssl.SSL_session_reused
#define SSL_set_accept_state		openssl.SSL_set_accept_state
#define SSL_set_connect_state		openssl.SSL_set_connect_state
#define SSL_set_fd			openssl.SSL_set_fd
#define SSL_set_session			openssl.SSL_set_session
#define SSL_set_num_tickets		openssl.SSL_set_num_tickets
#define SSL_shutdown			openssl.SSL_shutdown
#define SSL_write_ex			openssl.SSL_write_ex
#define TLS_client_method		openssl.TLS_client_method
#define TLS_server_method		openssl.TLS_server_method
#define X509_NAME_ENTRY_get_data	openssl.X509_NAME_ENTRY_get_data
#define X509_NAME_get_entry		openssl.X509_NAME_get_entry
#define X509_NAME_get_index_by_NID	openssl.X509_NAME_get_index_by_NID
#define X509_NAME_oneline		openssl.X509_NAME_oneline
#define X509_STORE_add_cert		openssl.X509_STORE_add_cert
#define X509_VERIFY_PARAM_set1_host	openssl.X509_VERIFY_PARAM_set1_host
#define X509_VERIFY_PARAM_set1_ip_asc	openssl.X509_VERIFY_PARAM_set1_ip_asc
#define X509_VERIFY_PARAM_set_flags	openssl.X509_VERIFY_PARAM_set_flags
#define X509_VERIFY_PARAM_set_hostflags openssl.X509_VERIFY_PARAM_set_hostflags
#define X509_cmp_current_time		openssl.X509_cmp_current_time
#define X509_digest			openssl.X509_digest
#define X509_free			openssl.X509_free
#define X509_get0_notAfter		openssl.X509_get0_notAfter
#define X509_get0_notBefore		openssl.X509_get0_notBefore
#define X509_get_ext_d2i		openssl.X509_get_ext_d2i
#define X509_get_subject_name		openssl.X509_get_subject_name
#define X509_verify_cert_error_string	openssl.X509_verify_cert_error_string

#endif /* OPENSSL_LINKED */

#endif
