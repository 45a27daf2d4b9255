-- The other name by which a request says whose it is: looked up with every request of a web board.

CREATE INDEX agon_user_info_web_auth_id ON user_info (web_auth_id);
