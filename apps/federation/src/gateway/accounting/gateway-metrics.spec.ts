import { AuditSpool } from '#libs/audit';
import type { AuditPart } from '#libs/contract';
import { Test } from '@nestjs/testing';
import { register } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { entryPart } from '../../../../../test/support/audit-parts.js';
import { MetricsSource } from '../sync/heartbeat/metrics-source.js';
import { type AccountedRequest, GatewayMetrics } from './gateway-metrics.service.js';
import { MetricsModule } from './metrics.module.js';
import { SPOOL_GAUGES } from './spool-gauges.js';

const PART = entryPart('r-1');

/** A part holds both: what is known of the request, and how it ended. */
const both = (part: AuditPart): Pick<AccountedRequest, 'facts' | 'ending'> => ({ facts: part, ending: part });

describe('GatewayMetrics', () => {
  let sut: GatewayMetrics;
  let text: () => Promise<string>;

  beforeEach(async () => {
    register.clear();
    const spool = { provide: AuditSpool, useValue: { usedBytes: 42, lost: 0 } };
    const module = await Test.createTestingModule({
      imports: [MetricsModule],
      providers: [spool, ...SPOOL_GAUGES],
    }).compile();
    sut = module.get(GatewayMetrics);
    const source = module.get(MetricsSource);
    text = () => source.text();
  });
  afterEach(() => register.clear());

  it('counts a request that took a hop, with the names and labels of the product', async () => {
    sut.account({ ...both(PART), to: 'azure', proxyMs: 24 });
    const seen = await text();
    expect(seen).toContain(
      'mcp_requests_total{server="mcp-m365",user="alice@example.com",gateway="aws",role="entry",tool="get_calendar_events",status="success",reason=""} 1',
    );
    expect(seen).toContain('mcp_proxy_requests_total{server="mcp-m365",from="aws",to="azure"} 1');
    expect(seen).toContain('mcp_proxy_latency_ms_sum{server="mcp-m365",from="aws",to="azure"} 24');
    expect(seen).not.toContain('mcp_gateway_to_gateway_errors{');
  });

  it('counts up from one collection to the next', async () => {
    sut.account({ ...both(PART), to: 'azure', proxyMs: 1 });
    await text();
    sut.account({ ...both(PART), to: 'azure', proxyMs: 2 });
    sut.account({ ...both({ ...PART, tool: 'other' }), to: null, proxyMs: null });
    await text();
    const seen = await text();
    expect(seen).toMatch(/^mcp_requests_total\{.*tool="get_calendar_events".*\} 2$/m);
    expect(seen).toMatch(/^mcp_requests_total\{.*tool="other".*\} 1$/m);
    expect(seen).toContain('mcp_proxy_requests_total{server="mcp-m365",from="aws",to="azure"} 2');
    expect(seen).toContain('mcp_proxy_latency_ms_count{server="mcp-m365",from="aws",to="azure"} 2');
  });

  it('counts connections without a request by their reason, at this gateway only', async () => {
    sut.malformed('request_malformed');
    expect(await register.metrics()).toContain(
      'causeway_requests_malformed_total{reason="request_malformed"} 1',
    );
    expect(await text()).not.toContain('malformed');
  });

  it('counts a failed hop by its reason, and observes no latency', async () => {
    const part: AuditPart = {
      ...PART,
      status: 'error',
      reason: 'remote_gateway_timeout',
      hop: 'aws->azure',
    };
    sut.account({ ...both(part), to: 'azure', proxyMs: null });
    const seen = await text();
    expect(seen).toContain(
      'mcp_gateway_to_gateway_errors{from="aws",to="azure",reason="remote_gateway_timeout"} 1',
    );
    expect(seen).not.toContain('mcp_proxy_latency_ms_count{');
  });

  it('does not blame the hop for a failure behind it', async () => {
    const part: AuditPart = {
      ...PART,
      status: 'error',
      reason: 'upstream_timeout',
      hop: 'azure->mcp-m365',
    };
    sut.account({ ...both(part), to: 'azure', proxyMs: 3 });
    expect(await text()).not.toContain('mcp_gateway_to_gateway_errors{');
  });

  it('counts no hop at the handling gateway', async () => {
    sut.account({ ...both({ ...PART, role: 'handling', gateway: 'azure' }), to: null, proxyMs: null });
    const seen = await text();
    expect(seen).toContain('gateway="azure",role="handling"');
    expect(seen).not.toContain('mcp_proxy_requests_total{');
  });

  it('keeps its memory bounded, whatever tools, users and servers callers invent', async () => {
    for (let i = 0; i < 5000; i++) {
      const invented = { server: `s-${i}`, tool: `t-${i}`, user: `u-${i}`, handlingGateway: null };
      sut.account({ ...both({ ...PART, ...invented }), to: null, proxyMs: null });
      sut.account({ ...both({ ...PART, ...invented, tool: `x-${i}` }), to: `s-${i % 3}`, proxyMs: 1 });
    }
    const seen = await text();
    expect(seen.match(/^mcp_requests_total\{/gm)?.length).toBeLessThan(2010);
    expect(seen.match(/^mcp_proxy_requests_total\{/gm)?.length).toBeLessThan(210);
    expect(seen).not.toContain('mcp_requests_total{server="s-');
    expect(seen).toMatch(/user="_other",gateway="aws",role="entry",tool="_other".*\} [1-9]/);
    expect(Buffer.byteLength(seen)).toBeLessThan(900_000);
  });

  it('shows the size of the spool beside the rest, but does not report it', async () => {
    expect(await register.metrics()).toContain('causeway_audit_spool_bytes 42');
    expect(await text()).not.toContain('causeway_');
  });
});
