// A relay of the topic protocol in the design of the requirements: gorilla/websocket, a goroutine that reads and one
// that writes for each client, a buffered channel between them, encoding/json with a raw payload, and a mutex for each
// topic. It listens on the port in PORT.

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"sync"

	"github.com/gorilla/websocket"
)

type message struct {
	Type    string          `json:"type"`
	To      string          `json:"to,omitempty"`
	From    string          `json:"from,omitempty"`
	Payload json.RawMessage `json:"payload,omitempty"`
	MsgID   string          `json:"msgId,omitempty"`
}

type peer struct {
	id   string
	send chan []byte
}

type topic struct {
	sync.RWMutex
	peers map[string]*peer
}

var (
	lock     sync.Mutex
	topics   = map[string]*topic{}
	count    int
	upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
)

func enter(name string) (*topic, *peer) {
	lock.Lock()
	defer lock.Unlock()
	t := topics[name]
	if t == nil {
		t = &topic{peers: map[string]*peer{}}
		topics[name] = t
	}
	count++
	return t, &peer{id: fmt.Sprintf("%026d", count), send: make(chan []byte, 256)}
}

func serve(w http.ResponseWriter, r *http.Request) {
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	t, self := enter(r.URL.Path)
	list := []map[string]string{}
	t.Lock()
	for id, other := range t.peers {
		list = append(list, map[string]string{"id": id})
		joined, _ := json.Marshal(map[string]string{"type": "peer-joined", "peerId": self.id})
		other.send <- joined
	}
	welcome, _ := json.Marshal(map[string]string{"type": "welcome", "selfId": self.id})
	peers, _ := json.Marshal(map[string]interface{}{"type": "peer-list", "peers": list})
	self.send <- welcome
	self.send <- peers
	t.peers[self.id] = self
	t.Unlock()

	go func() {
		for text := range self.send {
			if conn.WriteMessage(websocket.TextMessage, text) != nil {
				return
			}
		}
	}()
	for {
		_, text, err := conn.ReadMessage()
		if err != nil {
			break
		}
		var m message
		if json.Unmarshal(text, &m) != nil {
			break
		}
		t.RLock()
		target := t.peers[m.To]
		t.RUnlock()
		if target == nil {
			continue
		}
		m.To, m.From = "", self.id
		frame, _ := json.Marshal(m)
		select {
		case target.send <- frame:
		default:
		}
	}
	t.Lock()
	delete(t.peers, self.id)
	t.Unlock()
	conn.Close()
}

func main() {
	http.HandleFunc("/", serve)
	panic(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
}
