/** Where builders and decompressors get their memory from and give it back to; `FramePool` is one. */
export interface BufferPool {
  /** At least `size` bytes, with old content in them. */
  acquire(size: number): Buffer;
  /** Nothing may read the buffer afterwards. */
  release(buffer: Buffer): void;
}

/** Fresh memory each time; what is given back is left to the garbage collector. */
export const noPool: BufferPool = {
  acquire: (size) => Buffer.allocUnsafeSlow(size),
  release: () => undefined,
};
