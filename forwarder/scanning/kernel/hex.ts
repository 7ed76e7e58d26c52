/** The value of a hex digit; 255 for any other byte. */
export function hexValue(byte: u8): u32 {
  const digit = <u32>byte - 0x30;
  if (digit < 10) return digit;
  const letter = (<u32>byte | 0x20) - 0x61;
  return letter < 6 ? letter + 10 : 255;
}

@inline
export function isHex(byte: u8): bool {
  return byte - 0x30 <= 9 || (byte | 0x20) - 0x61 <= 5;
}
