import { describe, expect, it } from 'vitest';
import { joinExpositions } from './exposition.js';

const NAMES = ['mcp_requests_total', 'mcp_proxy_latency_ms'];
const text = (count: number): string => `# HELP mcp_requests_total Requests.
# TYPE mcp_requests_total counter
mcp_requests_total{server="s",user="a \\"b\\" {c} d, e"} ${count}

# HELP mcp_proxy_latency_ms Latency.
# TYPE mcp_proxy_latency_ms histogram
mcp_proxy_latency_ms_bucket{le="+Inf",server="s"} 1
mcp_proxy_latency_ms_sum{server="s"} 2.5e-7
mcp_proxy_latency_ms_count{server="s"} 1
`;

describe('joinExpositions', () => {
  it('groups the samples of all replicas by metric, each with its replica', () => {
    const joined = joinExpositions(
      [
        { replica: 'r-1', text: text(3) },
        { replica: 'r-2', text: text(4) },
      ],
      NAMES,
    );
    expect(joined.split('\n')).toEqual([
      '# HELP mcp_requests_total Requests.',
      '# TYPE mcp_requests_total counter',
      'mcp_requests_total{server="s",user="a \\"b\\" {c} d, e",replica="r-1"} 3',
      'mcp_requests_total{server="s",user="a \\"b\\" {c} d, e",replica="r-2"} 4',
      '',
      '# HELP mcp_proxy_latency_ms Latency.',
      '# TYPE mcp_proxy_latency_ms histogram',
      'mcp_proxy_latency_ms_bucket{le="+Inf",server="s",replica="r-1"} 1',
      'mcp_proxy_latency_ms_sum{server="s",replica="r-1"} 2.5e-7',
      'mcp_proxy_latency_ms_count{server="s",replica="r-1"} 1',
      'mcp_proxy_latency_ms_bucket{le="+Inf",server="s",replica="r-2"} 1',
      'mcp_proxy_latency_ms_sum{server="s",replica="r-2"} 2.5e-7',
      'mcp_proxy_latency_ms_count{server="s",replica="r-2"} 1',
      '',
    ]);
  });

  it.each([
    ['a metric of the control plane itself', 'process_cpu_seconds_total 1'],
    ['a line that is not a sample', 'mcp_requests_total{server="s" 1'],
    ['a value that is not a number', 'mcp_requests_total{server="s"} 1 2\u001b[2J'],
    ['a type that hides a second line', '# TYPE mcp_requests_total counter\r evil 1'],
  ])('passes on nothing else that a replica reports: %s', (_, line) => {
    expect(joinExpositions([{ replica: 'r-1', text: line }], NAMES)).toBe('');
  });

  it('passes on no sample that has a label `replica` already, so that no replica speaks for another', () => {
    const reports = [{ replica: 'r-1', text: 'mcp_requests_total{replica="r-2"} 1' }];
    expect(joinExpositions(reports, NAMES)).toBe('');
  });
});
