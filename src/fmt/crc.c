/* Checksums, by zlib. */
#include "fmt/crc.h"

#include <zlib.h>

uint32_t crc_add(uint32_t crc, const void *data, size_t n_bytes)
{
    return (uint32_t)crc32_z(crc, data, n_bytes);
}
