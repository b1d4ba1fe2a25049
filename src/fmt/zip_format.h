/*
 * Numbers of the zip format that its reader shares with its writer.
 *
 * Source: PKWARE, APPNOTE.TXT - .ZIP File Format Specification, version 6.3.
 */
#ifndef FMT_ZIP_FORMAT_H
#define FMT_ZIP_FORMAT_H

#define ZIP_LOCAL_SIGNATURE 0x04034b50u     /* before each entry */
#define ZIP_CENTRAL_SIGNATURE 0x02014b50u   /* of each entry of the central directory */
#define ZIP_END_SIGNATURE 0x06054b50u       /* end of the central directory */
#define ZIP_END64_SIGNATURE 0x06064b50u     /* the same with 64-bit sizes */
#define ZIP_LOCATOR64_SIGNATURE 0x07064b50u /* where that one is */

#define ZIP_LOCAL_BYTES 30 /* without name, extra field */
#define ZIP_CENTRAL_BYTES 46
#define ZIP_END_BYTES 22
#define ZIP_END64_BYTES 56
#define ZIP_LOCATOR64_BYTES 20

#define ZIP_EXTRA64 0x0001        /* extra field with the 64-bit sizes */
#define ZIP_SATURATED 0xffffffffu /* a 32-bit field whose value is in the extra field */

#define ZIP_STORED 0
#define ZIP_DEFLATED 8

#endif
