/**
 * Where a line reader gets its bytes from. `read` fills the buffer from `offset` and tells how many bytes came:
 * 0: none now, more may come later; `restarted`: the file was cut or replaced, and what comes next starts at 0.
 */
export interface ByteInput {
  /** For messages. */
  readonly name: string;
  read(target: Buffer, offset: number): Promise<number | 'restarted'>;
  close(): Promise<void>;
}
