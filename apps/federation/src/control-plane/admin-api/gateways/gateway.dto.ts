import { isHttpUrl, isVisible } from '#libs/contract';
import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { CheckedField, FilterQuery, NameField } from '../crud/fields.js';
import { PageOf, PageQuery } from '../crud/page.js';
import { FreshJoinTokenView } from '../join-tokens/join-token.dto.js';
import { REVISION_METADATA, RevisionMetadata } from '../crud/revision-metadata.view.js';

const URL_ALLOWED =
  'an absolute http or https URL without credentials, query or fragment, at most 2048 characters';
const MAX_URL = 2048;
const isGatewayUrl = (value: unknown): boolean =>
  isHttpUrl(value) && new URL(value).search === '' && value.length <= MAX_URL;

const MAX_LABELS = 64;
const MAX_LABEL = 256;
const LABELS_ALLOWED = `an object of at most ${MAX_LABELS} texts, at most ${MAX_LABEL} characters each, without control characters`;
const isLabel = ([key, text]: [string, unknown]): boolean =>
  key !== '' &&
  [key, text].every((part) => typeof part === 'string' && part.length <= MAX_LABEL && isVisible(part));

const isLabels = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length <= MAX_LABELS &&
  Object.entries(value).every(isLabel);

const LABELS = { type: 'object', additionalProperties: { type: 'string' } } as const;

/** A gateway as it is put. */
export class GatewayBody {
  static readonly readOnly: readonly string[] = REVISION_METADATA;

  @NameField('gateway', { optional: true, example: 'aws' })
  name?: string;

  @CheckedField(
    { type: String, description: 'The URL that agents and proxy URLs use' },
    URL_ALLOWED,
    isGatewayUrl,
  )
  url!: string;

  @CheckedField(
    {
      type: String,
      optional: true,
      nullable: true,
      description: 'Where other gateways reach it, if that is not `url`',
    },
    URL_ALLOWED,
    isGatewayUrl,
  )
  hopUrl: string | null = null;

  @CheckedField({ ...LABELS, optional: true }, LABELS_ALLOWED, isLabels)
  labels: Record<string, string> = {};
}

export class NewGatewayBody extends GatewayBody {
  @NameField('gateway', { example: 'aws' })
  override name!: string;
}

export class GatewayView extends IntersectionType(NewGatewayBody, RevisionMetadata) {}

export class NewGatewayView extends GatewayView {
  @ApiProperty()
  joinToken!: FreshJoinTokenView;
}

export class GatewayQuery extends PageQuery {
  @FilterQuery('Text within the name or the URL, in any case')
  q?: string;

  @FilterQuery('Only gateways with this label: `key`, or `key=value`')
  label?: string;
}

export class GatewayPage extends PageOf(GatewayView) {}
