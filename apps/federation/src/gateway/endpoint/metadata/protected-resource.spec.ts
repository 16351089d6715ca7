import { describe, expect, it } from 'vitest';
import { challengeFor } from '#libs/auth';
import type { GatewaySettings } from '../../../settings/settings.js';
import type { AgentHttpResponse } from '../agent-connection.js';
import { ProtectedResource } from './protected-resource.js';

interface Answer {
  status: number;
  body: string | undefined;
}

function ask(gatewayUrl: string, method: string, url: string): Answer | null {
  let answer: Answer = { status: 0, body: undefined };
  const response = {
    sendHead: (status: number) => {
      answer = { ...answer, status };
      return response;
    },
    end: (body?: string) => {
      answer = { ...answer, body };
      return response;
    },
  };
  const sut = new ProtectedResource({ url: gatewayUrl } as GatewaySettings);
  const server = sut.serverOf(url);
  if (server === null) return null;
  sut.answer(method, server, response as unknown as AgentHttpResponse);
  return answer;
}

const pathOfChallenge = (gatewayUrl: string): string => {
  const url = /resource_metadata="([^"]+)"/.exec(
    challengeFor(gatewayUrl, 'mcp-a', 'credentials_missing'),
  )?.[1];
  return new URL(url ?? '').pathname;
};

describe('ProtectedResource', () => {
  it.each(['https://aws-gw.example.com', 'https://example.com/gateways/aws'])(
    'is found where the challenge of %s points',
    (gatewayUrl) => {
      const answer = ask(gatewayUrl, 'GET', pathOfChallenge(gatewayUrl));
      expect(answer?.status).toBe(200);
      expect(JSON.parse(answer?.body ?? '')).toEqual({
        resource: `${gatewayUrl}/api/llm/mcp/mcp-a/server`,
        scopes_supported: ['mcp:use'],
        bearer_methods_supported: ['header'],
        resource_name: 'mcp-a',
      });
    },
  );

  it('answers HEAD and a preflight without a body', () => {
    const path = pathOfChallenge('https://aws-gw.example.com');
    expect(ask('https://aws-gw.example.com', 'HEAD', path)).toEqual({ status: 200, body: undefined });
    expect(ask('https://aws-gw.example.com', 'OPTIONS', path)).toEqual({ status: 204, body: undefined });
  });

  it.each(['POST', 'PATCH', 'DELETE'])('refuses %s', (method) => {
    const path = pathOfChallenge('https://aws-gw.example.com');
    expect(() => ask('https://aws-gw.example.com', method, path)).toThrow('method_not_allowed');
  });

  it.each([
    ['an encoded slash', 'GET', '/.well-known/oauth-protected-resource/api/llm/mcp/a%2fb/server'],
    ['the document of the whole gateway', 'GET', '/.well-known/oauth-protected-resource'],
    ['the endpoint itself', 'GET', '/api/llm/mcp/mcp-a/server'],
  ])('leaves %s to other routes', (_, method, url) => {
    expect(ask('https://aws-gw.example.com', method, url)).toBeNull();
  });
});
