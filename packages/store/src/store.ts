import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  EVENT_SEVERITIES,
  type Entity,
  type Identity,
  type Layout,
  type ProcessIdentity,
  type RecordedEvent,
  type RowName,
} from '@fgm/catalog';
import { type ClosedSegment, Closing, type ClosingSegment, removeSegment } from './closing.ts';
import { Damage } from './damage.ts';
import { errnoOf } from './directory.ts';
import { IndexFile, readIndex } from './index-file.ts';
import { findLeftOver, type Foreign, idleBytes } from './left-over.ts';
import { LiveTexts } from './live-texts.ts';
import type { FromWriter, RotationReason, WriterOptions, WriterSettings } from './messages.ts';
import { rebuildIndex } from './rebuild-index.ts';
import { looseBytes, Retention } from './retention.ts';
import { BROKEN, type SegmentInfo, segmentInfo, SPOOL } from './segment.ts';
import { dropOldSessions, writeSession } from './session-file.ts';
import { Spool } from './spool.ts';
import { newTotals, type StoreTotals } from './store-totals.ts';
import { knownEntity } from './texts.ts';
import { Trouble } from './trouble.ts';

const MAX_SEGMENT_BYTES = 128 << 20;
/** The index is not written more often than this, however many containers come and go. */
const INDEX_EVERY_MS = 1_000;
const AGE_EVERY_MS = 60_000;
/** Room that is kept for the files that the open window will become: this and an eighth of the segment. */
const RESERVE_BYTES = 256 << 10;

/** Everything on disk: the open segment, those that are being closed, the files, the index, and how much all of it takes. */
export class Store {
  readonly spool: Spool;
  /** Milliseconds since the Unix epoch at which a window last became files; 0 before the first. */
  closedAt = 0;
  readonly closing: Closing;
  readonly retention: Retention;
  readonly texts = new LiveTexts();
  readonly totals: StoreTotals = newTotals();
  readonly damage: Damage;
  readonly #options: WriterOptions;
  readonly #now: () => number;
  readonly #post: (message: FromWriter) => void;
  readonly #index: IndexFile;
  readonly #trouble: Trouble;
  #settings: WriterSettings;
  #number = 0;
  /** Bytes of unfinished Parquet files. */
  #partBytes = 0;
  #looseBytes = 0;
  #foreign: readonly Foreign[] = [];
  #rebuild: Generator<void> | null = null;
  #indexAt = -Infinity;
  #agedAt = -Infinity;
  #syncedAt: number;
  #limitPosted = false;
  #ending = false;

  /**
   * Recovers what dead runs left, then opens a segment.
   * @param now milliseconds since the Unix epoch
   * @throws Error when nothing can be written in the directory
   */
  constructor(options: WriterOptions, now: () => number, post: (message: FromWriter) => void) {
    this.#options = options;
    this.#settings = options;
    this.#now = now;
    this.#post = post;
    this.#trouble = new Trouble(post);
    this.damage = new Damage(this.#trouble, now);
    this.#syncedAt = now();
    const { directory } = options;
    fs.mkdirSync(directory, { recursive: true, mode: 0o755 });
    // Not recursive: that reports a read-only file system as ENOENT.
    if (!fs.existsSync(path.join(directory, SPOOL))) fs.mkdirSync(path.join(directory, SPOOL), { mode: 0o755 });
    this.retention = new Retention(directory, options, () => this.#index.touch());
    const document = readIndex(directory);
    this.#index = new IndexFile(directory, document);
    this.closing = new Closing(directory, {
      now,
      files: () => this.retention.files,
      reserve: (bytes) => this.#reserve(bytes),
      closed: (closed) => this.#closed(closed),
      failed: (segment, cause, broken) => this.#failed(segment, cause, broken),
    });
    this.#weigh();
    if (document === null && this.retention.files.length > 0) this.#startRebuild();
    this.#recover();
    this.spool = new Spool(path.join(directory, SPOOL), this.#info(), '', {
      makeRoom: (bytes) => this.#makeRoom(bytes),
      failed: (errno, message, first) => this.#spoolFailed(errno, message, first),
      mended: () => this.#spoolMended(),
      stuck: (cause) => this.#spoolStuck(cause),
    });
    if (this.totals.recovered > 0) {
      this.addEvent(this.#event('recovered_spool', { segments: this.totals.recovered }));
    }
    this.#trouble.attempt('index', () => writeSession(options, now()));
  }

  /** End of the newest closed window, in milliseconds; null when there is none, or it is not known yet. */
  get recordedUntil(): number | null {
    return this.#index.latest;
  }

  /** How often each errno was met. */
  get errors(): ReadonlyMap<string, number> {
    return this.#trouble.errors;
  }

  get segment(): Spool['segment'] {
    return this.spool.segment;
  }

  get settings(): WriterSettings {
    return this.#settings;
  }

  /** Bytes at which the open segment is closed before its time. */
  get maxSegmentBytes(): number {
    return Math.min(this.#options.maxSegmentBytes ?? MAX_SEGMENT_BYTES, this.#settings.retentionBytes / 4);
  }

  change(settings: Partial<WriterSettings>): void {
    this.#settings = { ...this.#settings, ...settings };
    this.retention.options = this.#settings;
    this.#limitPosted = false;
    this.#index.touch();
  }

  addEntity(entity: Entity): void {
    const before = this.texts.entities.get(entity.entity);
    const known = before === undefined ? knownEntity(entity) : { ...before, identity: entity.identity };
    this.texts.add({ entity: known });
    this.spool.appendTexts([{ entity: known }]);
    if (before === undefined) this.#index.arrived(known.identity, known.firstSeen);
    else this.#index.seen(known.identity, known.firstSeen);
  }

  /** Fills in what is not known of an entity yet, as long as the window with its rows is open. */
  nameEntity(entity: number, identity: Identity): void {
    const named = this.texts.nameEntity(entity, identity);
    if (named === null) return;
    this.spool.appendTexts([{ entity: named }]);
    this.#index.seen(named.identity, named.firstSeen, named.lastSeen ?? named.firstSeen);
  }

  endEntity(entity: number, time: number): void {
    const ended = this.texts.endEntity(entity, time, this.#number);
    if (ended === null) return;
    this.spool.appendTexts([{ entity: ended }]);
    this.#index.gone(ended.identity, time);
  }

  addProcesses(list: readonly ProcessIdentity[]): void {
    this.spool.appendTexts(list.map((process) => this.texts.addProcess(process, this.#number)));
  }

  addNames(list: readonly RowName[]): void {
    for (const name of list) this.texts.add({ name });
    this.spool.appendTexts(list.map((name) => ({ name })));
  }

  addEvent(event: RecordedEvent): void {
    this.spool.appendEvent(event);
  }

  addRows(layout: Layout, block: Uint8Array, rows: number, tick: number): void {
    this.spool.appendRows(layout, block, rows, tick);
  }

  /** Goes on in a new segment. False when that is not possible now; then the old one goes on. */
  rotate(reason: RotationReason): boolean {
    const closed = this.spool.rotate(this.#info(), this.texts.encode());
    if (closed === null) {
      this.#number--;
      return false;
    }
    this.totals.rotations.set(reason, (this.totals.rotations.get(reason) ?? 0) + 1);
    this.#close(closed, reason);
    return true;
  }

  /** Does some of what is not urgent. True when there is more of it to do at once. */
  work(): boolean {
    const now = this.#now();
    this.#weigh();
    this.spool.retry();
    for (const event of this.damage.takeEvents()) this.addEvent(event);
    if (now - this.#syncedAt >= this.#settings.spoolSyncMs || now < this.#syncedAt) {
      this.#syncedAt = now;
      this.spool.sync();
    }
    if (now - this.#agedAt >= AGE_EVERY_MS || now < this.#agedAt) {
      this.#agedAt = now;
      this.#trouble.attempt('retention', () => this.retention.dropOld(now));
    }
    this.#writeIndex(now);
    if (this.closing.slice()) return true;
    if (this.#rebuild === null) return false;
    if (this.#rebuild.next().done === true) this.#rebuild = null;
    return true;
  }

  /** Turns everything into files, as far as that is possible, and writes the index. Nothing can be added afterwards. */
  end(): void {
    this.#ending = true;
    this.spool.retry();
    this.totals.rotations.set('shutdown', (this.totals.rotations.get('shutdown') ?? 0) + 1);
    this.spool.segment.close();
    this.#close(this.spool.segment, 'shutdown');
    this.closing.hurry();
    while (this.closing.slice());
    while (this.#rebuild !== null && this.#rebuild.next().done !== true);
    this.#replaceIndex(this.#now());
    this.#looseBytes = 0;
    this.#weigh();
  }

  #close(segment: Spool['segment'], reason: RotationReason): void {
    if (segment.rows === 0 && segment.events === 0)
      this.#trouble.attempt('spool', () => removeSegment(segment.directory));
    else this.closing.add(segment.directory, reason, segment.firstTick * this.#options.intervalMs);
  }

  /** Of the next segment. */
  #info(): SegmentInfo {
    return segmentInfo(this.#options, ++this.#number, this.#now());
  }

  #recover(): void {
    const { segments, foreign } = findLeftOver(path.join(this.#options.directory, SPOOL));
    this.#foreign = foreign;
    for (const { directory, reason } of foreign)
      this.#trouble.report('recovery', null, `segment ${path.basename(directory)} is left as it is: it ${reason}`);
    for (const directory of segments) this.closing.add(directory, 'recovery');
    while (this.closing.slice());
  }

  #startRebuild(): void {
    this.#rebuild = rebuildIndex(this.#index, [...this.retention.files], (file, cause) =>
      this.#trouble.report('index', errnoOf(cause), `${file.path}: ${cause.message}`),
    );
  }

  #closed({ segment, encoded, files, encodeMs }: ClosedSegment): void {
    this.#partBytes = 0;
    this.#looseBytes = 0;
    this.closedAt = this.#now();
    for (const file of files) this.retention.add(file);
    this.retention.rescan();
    this.totals.encodeUsec += encodeMs * 1000;
    for (const table of encoded.tables) {
      this.totals.values += table.values;
      this.totals.parquetBytes += table.bytes;
    }
    const { info, window, damage } = encoded;
    if (damage.length > 0) this.damage.report(path.basename(segment.directory), damage.join(', '));
    if (segment.reason === 'recovery') {
      this.totals.recovered++;
      for (const known of encoded.texts.entities.values()) {
        this.#index.seen(known.identity, known.firstSeen, known.lastSeen ?? window?.end ?? known.firstSeen);
      }
    } else {
      this.#index.sawRows(encoded.texts.entities.values(), encoded.lastTimes);
      this.texts.forget(info.number, encoded.used);
      if (window !== null) this.texts.forgetNames(encoded.usedNames, window.end);
    }
    if (window !== null) this.#index.closed(window.end);
    if (segment.attempts > 0) this.#trouble.over('encode', `${path.basename(segment.directory)} is closed now`);
    this.#post({
      type: 'rotated',
      reason: segment.reason,
      segment: path.basename(segment.directory),
      start: window?.start ?? info.openedAt,
      end: window?.end ?? info.openedAt,
      files: files.map((file) => {
        const table = encoded.tables.find((one) => one.table === file.table)!;
        return { table: table.table, path: file.path, rows: table.rows, bytes: file.bytes };
      }),
      encodeMs,
    });
    const earliest = this.#earliest();
    if (earliest !== null) {
      this.#trouble.attempt('retention', () => dropOldSessions(this.#options.directory, this.#options.runId, earliest));
    }
  }

  #failed(segment: ClosingSegment, cause: Error, broken: boolean): void {
    this.#partBytes = 0;
    const errno = errnoOf(cause) ?? errnoOf(cause.cause);
    const name = path.basename(segment.directory);
    const message = `segment ${name} cannot be ${broken ? `read and is now ${SPOOL}/${BROKEN}${name}` : 'closed'}`;
    if (errno !== null) this.#trouble.count(errno);
    // One that was put aside is not tried again, so that nothing would ever end the trouble of closing it.
    const what = broken || segment.reason === 'recovery' ? 'recovery' : 'encode';
    this.#trouble.report(what, errno, `${message}: ${cause.message}`);
    if (broken) this.damage.add(name, cause.message);
    if (broken && segment.attempts > 1) this.#trouble.over('encode', `segment ${name} is not tried again`);
  }

  #spoolFailed(errno: string, message: string, first: boolean): void {
    this.#trouble.count(errno);
    if (!first) return;
    this.#trouble.report('spool', errno, `cannot write to the spool: ${message}; newest samples are kept in memory`);
    this.addEvent(this.#event('disk_full', { errno, message }));
  }

  #spoolStuck(cause: Error | null): void {
    if (cause === null) return this.#trouble.over('spool', 'windows can be closed again');
    const errno = errnoOf(cause);
    if (errno !== null) this.#trouble.count(errno);
    this.#trouble.report('spool', errno, `the window cannot be closed: ${cause.message}`);
  }

  #spoolMended(): void {
    this.#trouble.over('spool', 'the spool can be written again');
    this.addEvent(this.#event('disk_ok', { batches_dropped: this.spool.batchesDropped }));
  }

  #event(type: RecordedEvent['type'], detail: Record<string, unknown>): RecordedEvent {
    return { type, severity: EVENT_SEVERITIES[type], time: this.#now() * 1000, entity: null, pid: null, detail };
  }

  /** Start of the oldest data there is, in milliseconds; null when there is none. */
  #earliest(): number | null {
    const first = this.retention.files[0]?.start ?? Infinity;
    // While recovering there is no open segment yet.
    const open = (this.spool?.segment.firstTick ?? Infinity) * this.#options.intervalMs;
    // Rows of a closed segment are in neither until it is Parquet.
    const earliest = Math.min(first, open, this.closing.earliest);
    return Number.isFinite(earliest) ? earliest : null;
  }

  #writeIndex(now: number): void {
    if (!this.#index.changed || this.#rebuild !== null) return;
    if (now - this.#indexAt < INDEX_EVERY_MS && now >= this.#indexAt) return;
    this.#indexAt = now;
    this.#replaceIndex(now);
  }

  #replaceIndex(now: number): void {
    const { rotationMs } = this.#settings;
    const earliest = this.#earliest();
    this.#trouble.attempt('index', () => this.#index.write(now, earliest, rotationMs, this.#options.intervalMs));
  }

  #weigh(): void {
    if (this.#looseBytes === 0) this.#looseBytes = this.#weighLoose();
    const open = this.#ending || this.spool === undefined ? 0 : this.spool.segment.bytes;
    this.retention.openBytes = this.#looseBytes + open + this.closing.bytes + this.#partBytes;
  }

  /** Index, session files and segments that nobody closes. They hardly change, so they are looked at once a window. */
  #weighLoose(): number {
    const { directory } = this.#options;
    return looseBytes(directory) + idleBytes(path.join(directory, SPOOL), this.#foreign) + 1;
  }

  /** Called before something is appended to the open segment. */
  #makeRoom(bytes: number): boolean {
    this.#weigh();
    const reserve = RESERVE_BYTES + this.spool.segment.bytes / 8;
    if (this.#makeRoomIn(bytes + reserve)) return true;
    if (this.#settings.onLimit === 'stop' && !this.#limitPosted) {
      this.#limitPosted = true;
      this.#post({ type: 'limit' });
    }
    return this.#fits(bytes);
  }

  /** Called before something is written to an unfinished file. */
  #reserve(bytes: number): void {
    this.#weigh();
    // Also at the end: what finds no room then stays in the spool, and becomes files at the next start.
    if (!this.#makeRoomIn(bytes) && !this.#fits(bytes)) {
      throw Object.assign(new Error('the data directory is at its limit'), { code: 'EDQUOT' });
    }
    this.#partBytes += bytes;
  }

  #fits(bytes: number): boolean {
    return this.retention.bytes + bytes <= this.#settings.retentionBytes;
  }

  #makeRoomIn(bytes: number): boolean {
    let room = false;
    this.#trouble.attempt('retention', () => (room = this.retention.makeRoom(bytes)));
    return room;
  }
}
