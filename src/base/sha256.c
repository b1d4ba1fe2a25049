/* SHA-256 of a message that comes in pieces. */
#include "base/sha256.h"

#include <stdio.h>
#include <string.h>

#define BLOCK_BYTES 64
#define LENGTH_OFFSET 56 /* of the message's length in the last block */

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

/* The message schedule W_t, section 6.2.2 step 1. */
static void expand_block(const unsigned char *block, uint32_t w[64])
{
    for (int t = 0; t < 16; t++, block += 4)
        w[t] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 |
               block[3];
    for (int t = 16; t < 64; t++) {
        uint32_t x = w[t - 15], y = w[t - 2];
        uint32_t sigma0 = rotate(x, 7) ^ rotate(x, 18) ^ x >> 3;
        uint32_t sigma1 = rotate(y, 17) ^ rotate(y, 19) ^ y >> 10;
        w[t] = sigma1 + w[t - 7] + sigma0 + w[t - 16];
    }
}

static void compress(uint32_t state[8], const unsigned char *block)
{
    uint32_t w[64];
    expand_block(block, w);
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int t = 0; t < 64; t++) {
        uint32_t sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
        uint32_t choice = (e & f) ^ (~e & g);
        uint32_t t1 = h + sum1 + choice + K[t] + w[t];
        uint32_t sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
        uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + sum0 + majority;
    }
    const uint32_t added[8] = {a, b, c, d, e, f, g, h};
    for (int i = 0; i < 8; i++)
        state[i] += added[i];
}

struct sha256 sha256_begin(void)
{
    struct sha256 hash = {.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                                    0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
    return hash;
}

void sha256_add(struct sha256 *hash, const void *data, size_t n_bytes)
{
    const unsigned char *bytes = data;
    size_t n_held = hash->n_bytes % BLOCK_BYTES;
    hash->n_bytes += n_bytes;
    if (n_held > 0) {
        size_t n = BLOCK_BYTES - n_held < n_bytes ? BLOCK_BYTES - n_held : n_bytes;
        memcpy(hash->block + n_held, bytes, n);
        bytes += n;
        n_bytes -= n;
        if (n_held + n < BLOCK_BYTES)
            return;
        compress(hash->state, hash->block);
    }
    for (; n_bytes >= BLOCK_BYTES; bytes += BLOCK_BYTES, n_bytes -= BLOCK_BYTES)
        compress(hash->state, bytes);
    memcpy(hash->block, bytes, n_bytes);
}

void sha256_end(struct sha256 *hash, char hex[SHA256_HEX_BYTES])
{
    static const unsigned char padding[BLOCK_BYTES] = {0x80};
    uint64_t n_bits = hash->n_bytes * 8;
    size_t n_held = hash->n_bytes % BLOCK_BYTES;
    size_t n_padding =
        (n_held < LENGTH_OFFSET ? LENGTH_OFFSET : LENGTH_OFFSET + BLOCK_BYTES) - n_held;
    sha256_add(hash, padding, n_padding);
    unsigned char length[8];
    for (int i = 0; i < 8; i++)
        length[i] = (unsigned char)(n_bits >> (56 - 8 * i));
    sha256_add(hash, length, sizeof length);
    for (int i = 0; i < 8; i++)
        snprintf(hex + 8 * i, 9, "%08x", (unsigned)hash->state[i]);
}

void sha256_hex(const void *data, size_t n_bytes, char hex[SHA256_HEX_BYTES])
{
    struct sha256 hash = sha256_begin();
    sha256_add(&hash, data, n_bytes);
    sha256_end(&hash, hex);
}
