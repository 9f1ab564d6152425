-- Repeated countries are drawn more often.
create macro countries() as [
    'United States', 'United States', 'United States', 'United States', 'United States',
    'United States', 'United States', 'United States', 'United Kingdom', 'United Kingdom',
    'United Kingdom', 'Germany', 'Germany', 'France', 'France', 'Netherlands', 'Japan', 'Japan',
    'Canada', 'Ireland'
];
create macro first_names() as [
    'Anna', 'Ben', 'Carla', 'David', 'Elena', 'Frank', 'Grace', 'Hiro', 'Ines', 'Jack', 'Karen',
    'Liam', 'Maria', 'Noah', 'Olivia', 'Paul', 'Quinn', 'Rosa', 'Sam', 'Tina', 'Umar', 'Vera',
    'Will', 'Xenia', 'Yuki', 'Zoe', 'Aiko', 'Bruno', 'Claire', 'Dmitri', 'Emma'
];
create macro last_names() as [
    'Adler', 'Baker', 'Costa', 'Dubois', 'Evans', 'Fischer', 'Garcia', 'Huber', 'Ito', 'Jones',
    'Keller', 'Lopez', 'Moreau', 'Nakamura', 'Olsen', 'Parker', 'Quist', 'Rossi', 'Sato',
    'Tanaka', 'Ueda', 'Visser', 'Weber', 'Young', 'Ziegler', 'Martin', 'Schmidt', 'Taylor'
];
-- Web visits by hour of the day (UTC), most of them in the office hours of Europe and America.
create macro visit_hours() as [
    6, 7, 8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15, 15, 16, 16,
    17, 17, 18, 19, 20, 21, 23
]
