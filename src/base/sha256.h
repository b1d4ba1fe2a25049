/*
 * SHA-256: what identifies the files of a data set.
 *
 * Source: NIST FIPS 180-4, Secure Hash Standard, sections 4.1.2, 5.1.1, 6.2.
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_HEX_BYTES 65 /* 64 digits and the closing zero */

/* The state between pieces of a message. Owns nothing. */
struct sha256 {
    uint32_t state[8];
    uint64_t n_bytes;
    unsigned char block[64]; /* the last n_bytes % 64 bytes */
};

struct sha256 sha256_begin(void);
void sha256_add(struct sha256 *hash, const void *data, size_t n_bytes);
/* Lower-case digits; `hash` is used up. */
void sha256_end(struct sha256 *hash, char hex[SHA256_HEX_BYTES]);

/* All three for a message that is there as a whole. */
void sha256_hex(const void *data, size_t n_bytes, char hex[SHA256_HEX_BYTES]);

#endif
