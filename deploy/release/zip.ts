// A ZIP archive of a folder (APPNOTE 6.3: local headers, a central directory, its end), for Windows.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";

/** In MS-DOS form: 1980-01-01. The same files make the same archive. */
const date = 0x21;
const [needsVersion, unicodeNames, deflated] = [20, 0x800, 8];

/** @param names of files below `folder`, with slashes @param prefix stands before each name in the archive */
export function zip(folder: string, names: readonly string[], prefix: string): Buffer {
  const bodies: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const name of names) {
    const path = Buffer.from(prefix + name);
    const bytes = readFileSync(join(folder, name));
    const body = deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    [needsVersion, unicodeNames, deflated, 0, date].forEach((value, at) => {
      common.writeUInt16LE(value, at * 2);
    });
    [crc32(bytes), body.length, bytes.length].forEach((value, at) => {
      common.writeUInt32LE(value, 10 + at * 4);
    });
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, path, body]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    entries.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, rest, path]));
    bodies.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(names.length, 8);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, directory, end]);
}
