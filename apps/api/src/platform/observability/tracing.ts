import { hostname } from 'node:os';
import { context, trace } from '@opentelemetry/api';

/**
 * Sends traces to a collector over OTLP/HTTP. What makes and sends them is loaded only here: an installation without a
 * collector pays nothing for it. The standard variables of OpenTelemetry beside the endpoint (headers, sampling of a
 * service name) hold as well.
 *
 * @param endpoint the collector's address; `/v1/traces` is added
 * @returns what sends the last of them and ends it
 */
export async function startTracing(endpoint: string): Promise<() => Promise<void>> {
  const [
    { TracerProvider, BatchSpanProcessor },
    { OTLPTraceExporter },
    { AsyncLocalStorageContextManager },
    resources,
  ] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/context-async-hooks'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  const own = resources.resourceFromAttributes({ 'service.name': 'aftercare', 'host.name': hostname() });
  const named = resources.detectResources({ detectors: [resources.envDetector] });
  const provider = new TracerProvider({
    resource: resources.defaultResource().merge(own).merge(named),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  return async () => {
    // A collector that is away must not keep the platform from stopping.
    await provider.shutdown().catch(() => undefined);
    trace.disable();
    context.disable();
  };
}
