/* The checksum of .npz files, snapshots and traces in work: CRC-32, as in zlib and PNG. */
#ifndef FMT_CRC_H
#define FMT_CRC_H

#include <stddef.h>
#include <stdint.h>

/* The checksum of what `crc` is of (0: nothing), followed by `data`. */
uint32_t crc_add(uint32_t crc, const void *data, size_t n_bytes);

#endif
