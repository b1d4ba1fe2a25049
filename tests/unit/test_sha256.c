/* SHA-256: the standard's vectors, every length around a block, any cut into pieces. */
#include "testing.h"

#include "base/sha256.h"

static void assert_hash(const void *data, size_t n_bytes, const char *expected)
{
    char hex[SHA256_HEX_BYTES];
    sha256_hex(data, n_bytes, hex);
    assert_string_equal(hex, expected);
}

/* NIST, "Cryptographic Standards and Guidelines: Examples with Intermediate Values", SHA-256. */
static void vectors_of_the_standard(void **state)
{
    (void)state;
    assert_hash("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    static char million[1000000];
    memset(million, 'a', sizeof million);
    assert_hash(million, sizeof million,
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Of the bytes 0, 1, 2 ... 250, 0, 1 ..., by Python's hashlib. */
static const struct {
    size_t n_bytes;
    const char *hex;
} LENGTHS[] = {
    {1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {55, "463eb28e72f82e0a96c0a4cc53690c571281131f672aa229e0d45ae59b598b59"},
    {56, "da2ae4d6b36748f2a318f23e7ab1dfdf45acdc9d049bd80e59de82a60895f562"},
    {57, "2fe741af801cc238602ac0ec6a7b0c3a8a87c7fc7d7f02a3fe03d1c12eac4d8f"},
    {63, "29af2686fd53374a36b0846694cc342177e428d1647515f078784d69cdb9e488"},
    {64, "fdeab9acf3710362bd2658cdc9a29e8f9c757fcf9811603a8c447cd1d9151108"},
    {65, "4bfd2c8b6f1eec7a2afeb48b934ee4b2694182027e6d0fc075074f2fabb31781"},
    {119, "da18797ed7c3a777f0847f429724a2d8cd5138e6ed2895c3fa1a6d39d18f7ec6"},
    {120, "f52b23db1fbb6ded89ef42a23ce0c8922c45f25c50b568a93bf1c075420bbb7c"},
    {128, "471fb943aa23c511f6f72f8d1652d9c880cfa392ad80503120547703e56a2be5"},
    {300, "43f9b5d59eb108817176c6f65c2c6203a22f2ae8bc28b7a1dde45947678c5042"},
};

static void lengths_around_a_block_in_any_pieces(void **state)
{
    (void)state;
    unsigned char bytes[300];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i % 251);
    for (size_t k = 0; k < sizeof LENGTHS / sizeof LENGTHS[0]; k++) {
        for (size_t piece = 1; piece <= 130; piece++) {
            struct sha256 hash = sha256_begin();
            for (size_t i = 0; i < LENGTHS[k].n_bytes; i += piece) {
                size_t left = LENGTHS[k].n_bytes - i;
                sha256_add(&hash, bytes + i, left < piece ? left : piece);
            }
            char hex[SHA256_HEX_BYTES];
            sha256_end(&hash, hex);
            assert_string_equal(hex, LENGTHS[k].hex);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_of_the_standard),
        cmocka_unit_test(lengths_around_a_block_in_any_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
