import { crc32, deflateRawSync } from 'node:zlib';

export interface ZippedFile {
  readonly name: string;
  readonly content: Uint8Array | string;
  /** Stored without compression; default false. */
  readonly stored?: boolean;
  readonly isEncrypted?: boolean;
  /** Compression method that is written down, whatever was done. */
  readonly method?: number;
  readonly crc?: number;
  /** With sizes in the extra field of ZIP64, as very large files have them. */
  readonly zip64?: boolean;
}

/** Little-endian fields: [bytes, value] each. */
function fields(...list: readonly (readonly [1 | 2 | 4 | 8, number])[]): Buffer {
  return Buffer.concat(
    list.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      if (bytes === 8) field.writeBigUInt64LE(BigInt(value));
      else field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );
}

/** A zip archive (APPNOTE 4.3): local headers and data, the central directory, its end. */
export function zipArchive(files: readonly ZippedFile[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const name = Buffer.from(file.name);
    const content = Buffer.from(file.content);
    const data = file.stored === true ? content : deflateRawSync(content);
    const extra =
      file.zip64 === true
        ? fields([2, 1], [2, 16], [8, content.length], [8, data.length])
        : Buffer.alloc(0);
    const size = (bytes: number): readonly [4, number] => [
      4,
      file.zip64 === true ? 2 ** 32 - 1 : bytes,
    ];
    const common = fields(
      [2, 45],
      [2, file.isEncrypted === true ? 0x801 : 0x800],
      [2, file.method ?? (file.stored === true ? 0 : 8)],
      [4, 0],
      [4, file.crc ?? crc32(content)],
      size(data.length),
      size(content.length),
      [2, name.length],
      [2, extra.length],
    );
    const local = Buffer.concat([fields([4, 0x04034b50]), common, name, extra, data]);
    directory.push(
      Buffer.concat([
        fields([4, 0x02014b50], [2, 45]),
        common,
        fields([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]),
        name,
        extra,
      ]),
    );
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = fields(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, files.length],
    [2, files.length],
    [4, central.length],
    [4, offset],
    [2, 0],
  );
  return Buffer.concat([...locals, central, end]);
}
