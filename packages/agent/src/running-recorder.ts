import { EVENT_SEVERITIES, type Entity, type EventType, type LateNames, type RecordedEvent } from '@fgm/catalog';
import { detectCgroups, DISCOVERY_COUNTERS } from '@fgm/discovery';
import { Counters, Doorbell } from '@fgm/ring';
import { SamplerPool } from '@fgm/sampler';
import { STORE_COUNTERS, type FromWriter, type StoreCounter } from '@fgm/store';
import { randomUUID } from 'node:crypto';
import { changesBetween, reread } from './config/reread.ts';
import type { RecorderConfig } from './config/recorder-config.ts';
import { Consolidation } from './consolidation.ts';
import { DiscoveryThread, type Discovered, type DiscoveryTrouble } from './discovery-thread.ts';
import { EntityFlow } from './entity-flow.ts';
import { EntityRegistry } from './entity-registry.ts';
import { liveness, readiness, type HealthFacts } from './health.ts';
import type { Endpoints, ServerHandle } from './http-server.ts';
import { registerKubernetesMetrics } from './kubernetes/kubernetes-metrics.ts';
import { KubernetesNames } from './kubernetes/kubernetes-names.ts';
import { whyNoIntervalPeaks } from './interval-peaks.ts';
import { makeLayouts, type Layouts } from './layouts.ts';
import { registerLifecycleMetrics } from './lifecycle-metrics.ts';
import { LIVE_COLUMNS, LiveView } from './live-view.ts';
import type { Machine } from './machine.ts';
import { ownMissingCapabilities, registerCapabilities, sayMissing } from './own-capabilities.ts';
import type { Recorder, RecorderHooks } from './recorder.ts';
import { SelfCostMeter } from './self-cost.ts';
import { SelfMetrics } from './self-metrics.ts';
import { samplerTask } from './sampler-task.ts';
import { openFilesOfDiscovery, samplerThreads } from './sizing.ts';
import { registerSettings } from './settings-metrics.ts';
import { StallEvents } from './stall-events.ts';
import { StopEvents } from './stop-events.ts';
import { Summary } from './summary.ts';
import { VERSION } from './version.ts';
import { writerTask } from './writer-task.ts';
import { WriteTrouble } from './write-trouble.ts';
import { WriterThread } from './writer-thread.ts';

/** Time to end in, of the ten seconds that are promised. */
const STOP_MS = 9_500;
/** Timers count in 31 bits: a longer one would end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A message of discovery that says nothing. */
const NOTHING: Discovered = {
  type: 'entities',
  initial: false,
  added: [],
  changed: [],
  removed: [],
  groups: { added: [], changed: [], removed: [] },
  notices: [],
};

/** What was made before the recorder, and ends with it. */
export interface Surroundings {
  readonly machine: Machine;
  readonly server: ServerHandle | null;
  /** Gives the data directory free. */
  readonly release: () => Promise<void>;
}

/** The threads of one run and what passes between them. */
export class RunningRecorder implements Recorder {
  readonly runId: string = randomUUID();
  readonly done: Promise<number>;
  readonly url: string | null;
  #config: RecorderConfig;
  readonly #hooks: RecorderHooks;
  readonly #server: ServerHandle | null;
  readonly #release: () => Promise<void>;
  readonly #registry = new EntityRegistry();
  readonly #store = Counters.create<StoreCounter>(STORE_COUNTERS);
  readonly #discoveryCounters = Counters.create(DISCOVERY_COUNTERS);
  readonly #startedAt = Date.now();
  readonly #writer: WriterThread;
  readonly #pool: SamplerPool;
  readonly #discovery: DiscoveryThread;
  readonly #consolidation: Consolidation;
  readonly #metrics: SelfMetrics;
  readonly #summary: Summary;
  readonly #live: LiveView;
  readonly #stalls: StallEvents;
  readonly #stops: StopEvents;
  readonly #flow: EntityFlow;
  readonly #writeTrouble = new WriteTrouble();
  readonly #cost: SelfCostMeter;
  /** Null where the API server is not asked. */
  readonly #kubernetes: KubernetesNames | null;
  #sawCgroups = true;
  #finish: (code: number) => void = () => {};
  #stopping: Promise<void> | null = null;
  #fatal: string | null = null;
  #hangs = false;
  #exitCode = 0;

  constructor(config: RecorderConfig, hooks: RecorderHooks, { machine, server, release }: Surroundings) {
    this.#config = config;
    this.#stalls = new StallEvents(config.intervalMs, (event) => this.#record(event));
    this.#stops = new StopEvents(config.hostRoot, (event) => this.#writer.post({ type: 'event', event }));
    this.#hooks = hooks;
    this.#server = server;
    this.#release = release;
    this.url = server?.url ?? null;
    this.done = new Promise((resolve) => (this.#finish = resolve));
    const cgroups = detectCgroups(config.cgroupRoot);
    const layouts = makeLayouts(cgroups, config.numa === 'on', config.procRoot);
    const doorbell = new Doorbell();
    this.#pool = this.#makePool(config, machine, layouts, doorbell);
    this.#flow = new EntityFlow(this.#registry, this.#stops, this.#pool, (message) => this.#writer.post(message));
    const task = writerTask(config, this.runId, machine, layouts, this.#pool.rings, doorbell, this.#store);
    this.#writer = new WriterThread(
      task,
      (message) => this.#fromWriter(message),
      (error) => this.#die(`the writer thread died: ${error.message}`),
    );
    this.#discovery = new DiscoveryThread(
      {
        cgroupRoot: config.cgroupRoot,
        procRoot: config.procRoot,
        hostRoot: config.hostRoot,
        scope: config.scope,
        mostOpen: openFilesOfDiscovery(machine),
        counters: this.#discoveryCounters.buffer,
      },
      (discovered) => this.#discovered(discovered),
      (written) => this.#pool.written(written),
      (late) => this.#namedLate(late),
      (trouble) => this.#troubled(trouble),
      (error) => this.#event('thread_restart', { thread: 'discovery', error: error.message }),
      (error) => this.#die(error.message),
    );
    const numbers = {
      samplers: this.#pool.counters,
      store: this.#store,
      discovery: this.#discoveryCounters,
      readErrors: this.#pool.readErrors,
    };
    this.#consolidation = new Consolidation(config, hooks.log);
    this.#metrics = new SelfMetrics(numbers, this.#pool.rings, { version: VERSION, startedAt: this.#startedAt });
    this.#metrics.addConsolidation(this.#consolidation.counts);
    this.#metrics.include((registry) => registerLifecycleMetrics(registry, this.#registry));
    this.#metrics.include((registry) => registerSettings(registry, () => this.#config));
    this.#summary = new Summary(numbers, hooks.log);
    this.#cost = new SelfCostMeter(numbers);
    this.#live = new LiveView(this.#registry.entities);
    this.#kubernetes = this.#makeKubernetes(config);
    const missing = ownMissingCapabilities();
    this.#metrics.include((registry) => registerCapabilities(registry, missing));
    sayMissing(hooks.log, missing);
    const noPeaks = config.intervalPeaks === 'on' ? whyNoIntervalPeaks(cgroups) : null;
    if (noPeaks !== null) hooks.log.warn({ reason: noPeaks }, 'interval peaks stay null');
    hooks.log.debug({ cgroups: cgroups.mode, controllers: cgroups.controllers, machine }, 'machine');
  }

  get hangs(): boolean {
    return this.#hangs;
  }

  get endpoints(): Endpoints {
    return {
      metrics: () => this.#metrics.scrape(),
      liveness: () => liveness(this.#health()),
      readiness: () => readiness(this.#health()),
    };
  }

  /** @throws what kept the writer from starting */
  async start(): Promise<void> {
    const { durationMs } = this.#config;
    const recordedUntil = await this.#writer.ready;
    this.#event('recorder_start', {
      run_id: this.runId,
      version: VERSION,
      interval_ms: this.#config.intervalMs,
    });
    if (this.#hooks.live) this.#writer.post({ type: 'live', columns: [...LIVE_COLUMNS] });
    this.#pool.start(recordedUntil ?? 0);
    this.#discovery.start();
    this.#kubernetes?.start();
    await this.#consolidation.start();
    this.#summary.start(this.#config.intervalMs);
    if (durationMs !== null) this.#stopAt(performance.now() + durationMs);
    const { outputDir, identifier, intervalMs } = this.#config;
    this.#hooks.log.info({ runId: this.runId, outputDir, identifier, intervalMs, url: this.url }, 'recording');
  }

  /** Ends everything in the order in which rows flow: discovery, samplers (with a last tick), writer. */
  stop(reason: string): Promise<void> {
    this.#stopping ??= this.#stop(reason);
    return this.#stopping;
  }

  reload(config: RecorderConfig): string[] {
    const { taken, needRestart } = changesBetween(this.#config, config);
    this.#config = reread(this.#config, config);
    const { walkBudgetUsec, redact, logLevel, rotationMs, retentionBytes, retentionAgeMs, onLimit, spoolSyncMs } =
      this.#config;
    this.#hooks.log.level = logLevel;
    this.#pool.settings({ walkBudgetUsec, redact });
    this.#consolidation.change(this.#config);
    this.#writer.post({
      type: 'settings',
      settings: { rotationMs, retentionBytes, retentionAgeMs, onLimit, spoolSyncMs },
    });
    this.#hooks.log.info({ taken, needRestart }, 'configuration reread');
    return [...needRestart];
  }

  /** @param end on the clock of performance.now() */
  #stopAt(end: number): void {
    const left = end - performance.now();
    if (left <= 0) return void this.stop('duration');
    setTimeout(() => this.#stopAt(end), Math.min(left, LONGEST_TIMER_MS)).unref();
  }

  async #stop(reason: string): Promise<void> {
    const { log } = this.#hooks;
    const deadline = performance.now() + STOP_MS;
    log.info({ reason }, 'stopping');
    const consolidationEnded = this.#consolidation.stop();
    await this.#kubernetes?.stop();
    const discovered = await this.#discovery.stop();
    if (!discovered) log.error('the discovery thread hangs in a read that the kernel does not finish');
    const sampled = await this.#pool.stop();
    if (!sampled) log.error('a sampler thread hangs in a read that the kernel does not finish');
    this.#hangs = !discovered || !sampled;
    this.#summary.stop();
    this.#stalls.flush();
    this.#stops.flush();
    this.#event('recorder_stop', { reason });
    const finished = await this.#writer.stop(reason, deadline - performance.now());
    if (!finished) log.error('the last window took too long to close: it is recovered at the next start');
    if (this.#writeTrouble.unsaved || !finished || this.#hangs) this.#exitCode = 1;
    await consolidationEnded;
    await this.#server?.close();
    await this.#giveFree();
    this.#hooks.log.info(this.#summary.total(), 'stopped');
    this.#finish(this.#exitCode);
  }

  /** A lock that cannot be removed is no reason to fail: the next recorder sees that nobody holds it. */
  async #giveFree(): Promise<void> {
    try {
      await this.#release();
    } catch (error) {
      this.#hooks.log.warn({ dir: this.#config.outputDir, error }, 'the lock of the data directory cannot be removed');
    }
  }

  #makePool(config: RecorderConfig, machine: Machine, layouts: Layouts, doorbell: Doorbell): SamplerPool {
    const shards = samplerThreads(config.samplerThreads, machine);
    return new SamplerPool({
      task: samplerTask(config, machine, layouts, doorbell, shards),
      shards,
      slots: layouts.slots,
      slotBytes: layouts.slotBytes,
      connect: (port) => this.#writer.post({ type: 'port', port }),
      onEvent: (event) => this.#record(event),
      onShardEvent: (event) => this.#stalls.take(event),
      onFatal: (error) => this.#die(error.message),
    });
  }

  #discovered(discovered: Discovered): void {
    const { added } = this.#flow.take(this.#withPods(discovered), Date.now());
    for (const { identity } of added)
      this.#hooks.log.debug({ scope: identity.scope, cgroup: identity.cgroup }, 'added');
  }

  #namedLate(late: LateNames): void {
    this.#flow.late(late);
  }

  #makeKubernetes(config: RecorderConfig): KubernetesNames | null {
    if (config.kubernetesApi === 'off') return null;
    const kubernetes = new KubernetesNames(config, this.#hooks.log, () => this.#podsChanged());
    this.#metrics.include((registry) => registerKubernetesMetrics(registry, () => kubernetes.facts));
    return kubernetes;
  }

  #withPods(discovered: Discovered): Discovered {
    const kubernetes = this.#kubernetes;
    if (kubernetes === null) return discovered;
    const named = (entity: Entity): Entity => kubernetes.named(entity, this.#registry.entities.get(entity.entity));
    return { ...discovered, added: discovered.added.map(named), changed: discovered.changed.map(named) };
  }

  /** As if discovery had found it out. */
  #podsChanged(): void {
    const changed = [...this.#registry.entities.values()].filter(
      (entity) => this.#kubernetes?.named(entity, entity) !== entity,
    );
    if (changed.length > 0) this.#discovered({ ...NOTHING, changed });
  }

  #fromWriter(message: FromWriter): void {
    const { log } = this.#hooks;
    if (message.type === 'live') this.#show(message);
    else if (message.type === 'rotated') log.debug(message, 'rotated');
    else if (message.type === 'trouble') this.#writerTrouble(message);
    else if (message.type === 'limit') {
      log.warn({ limit: this.#config.retentionBytes }, 'the data directory is full and --on-limit is stop: stopping');
      void this.stop('limit');
    }
  }

  #writerTrouble(message: FromWriter & { type: 'trouble' }): void {
    if (this.#writeTrouble.take(message)) this.#hooks.log[message.over ? 'info' : 'error'](message, message.message);
  }

  #troubled(trouble: DiscoveryTrouble): void {
    if (trouble.what === 'no_cgroups') this.#sawCgroups = false;
    this.#hooks.log.warn(trouble, trouble.what);
  }

  #show(message: FromWriter & { type: 'live' }): void {
    const { tick, entities, values, processes } = message;
    this.#hooks.live?.(
      this.#live.snapshot(tick, this.#config.intervalMs, entities, values, processes, this.#cost.measure()),
    );
  }

  #health(): HealthFacts {
    const ticks = this.#pool.counters.map((counters) => counters.get('last_tick_time_ms'));
    return {
      now: Date.now(),
      startedAt: this.#startedAt,
      intervalMs: this.#config.intervalMs,
      lastTick: Math.min(...ticks),
      lastWrite: this.#store.get('last_flush_time_ms'),
      entities: this.#registry.things,
      writeTrouble: this.#writeTrouble.reason,
      rootWithoutCgroups: this.#hasCgroups() ? null : this.#config.cgroupRoot,
      damagedSegments: this.#store.get('damaged_segments'),
      fatal: this.#fatal,
      stopping: this.#stopping !== null,
    };
  }

  /** Discovery tells that there is no tree, and not when there is one after all: so that is looked at when somebody asks. */
  #hasCgroups(): boolean {
    this.#sawCgroups ||= detectCgroups(this.#config.cgroupRoot).mode !== 'none';
    return this.#sawCgroups;
  }

  #event(type: EventType, detail: Record<string, unknown>): void {
    this.#record({ type, severity: EVENT_SEVERITIES[type], time: Date.now() * 1000, entity: null, pid: null, detail });
  }

  #record(event: RecordedEvent): void {
    this.#writer.post({ type: 'event', event });
    if (event.severity !== 'info') this.#hooks.log.warn(event, event.type);
  }

  /** Part of the recorder is gone for good: what is recorded is saved, and the supervisor is to start it anew. */
  #die(reason: string): void {
    if (this.#stopping !== null) return;
    this.#fatal = reason;
    this.#exitCode = 1;
    this.#hooks.log.fatal(reason);
    void this.stop(reason);
  }
}
