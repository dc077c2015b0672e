/** Which control asks for what. */
import { OptionList } from './choices';
import { Entry, Essay, Slider } from './entry';
import { InlineChoice } from './in_text';
import type { AskProps } from './item_body';
import { HotspotPicture, LetteredPicture, PointPicture } from './on_picture';
import { Ordering } from './ordering';
import { Associating, Matching } from './pairing';

export function Controls(props: AskProps) {
  switch (props.ask.kind) {
    case 'choice':
    case 'choices':
      return <OptionList {...props} />;
    case 'number':
    case 'text':
      return <Entry {...props} />;
    case 'essay':
      return <Essay {...props} />;
    case 'slider':
      return <Slider {...props} />;
    case 'order':
      return <><LetteredPicture {...props} /><Ordering {...props} /></>;
    case 'match':
      return <Matching {...props} />;
    case 'associate':
      return <><LetteredPicture {...props} /><Associating {...props} /></>;
    case 'inline_choice':
      return <InlineChoice {...props} />;
    case 'hotspot':
      return <HotspotPicture {...props} />;
    case 'points':
      return <PointPicture {...props} />;
    case 'gap_match':
      // The gaps are in the text; where they lie on a picture they are pairs.
      return props.ask.targets?.some((target) => target.area) ? <><LetteredPicture {...props} /><Matching {...props} /></> : null;
    case 'hot_text':
      return null; // in the text
  }
}
