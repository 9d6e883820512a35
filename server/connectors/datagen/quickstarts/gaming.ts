import { moments, oneOf, pattern, quickstart, quickstartOfRows, within } from './schema-json.ts';

export const gamingQuickstarts = {
  gaming_games: quickstart('gaming.gaming_games', 'id', {
    id: within('int', 1, 100),
    room_name: oneOf('Amber Hall', 'Foxglove', 'Lighthouse', 'Night Market', 'Quarry'),
    created_date: moments(60_000),
  }),
  gaming_player_activity: quickstart('gaming.gaming_player_activity', 'player_id', {
    player_id: within('int', 1_001, 1_007),
    game_room_id: within('int', 1, 100),
    points: within('int', 1, 501),
    coordinates: pattern('\\[[1-9][0-9]?,[1-9][0-9]?\\]'),
  }),
  gaming_players: quickstartOfRows(
    'gaming.gaming_players',
    'player_id',
    { player_id: 'int', player_name: 'string', ip: 'string' },
    [
      [1_001, 'Ada Berger', '203.0.113.7'],
      [1_002, 'Benno Costa', '203.0.113.19'],
      [1_003, 'Chidi Okafor', '203.0.113.88'],
      [1_004, 'Dara Novak', '198.51.100.4'],
      [1_005, 'Hana Tanaka', '198.51.100.61'],
      [1_006, 'Zoe Eklund', '192.0.2.140'],
    ],
  ),
};
