//! Files and sockets behind what reads and writes them in portions, and what asks the file system without reading.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Cursor, Read, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::path::Path;
use std::sync::{Mutex, RwLock};

pub struct Journal {
    open: Mutex<HashMap<u64, Vec<u8>>>,
    names: RwLock<HashMap<String, u64>>,
}

impl Journal {
    pub fn save(&self, out: &mut BufWriter<File>) -> io::Result<()> {
        let open = self.open.lock().unwrap();
        for entry in open.values() {
            out.write_all(entry)?; //~ blocking_while_guard_held
        }
        out.flush() //~ blocking_while_guard_held
    }

    pub fn tell(&self, out: BufWriter<TcpStream>) -> io::Result<()> {
        let names = self.names.read().unwrap();
        let mut out = out;
        writeln!(out, "{}", names.len()) //~ blocking_while_guard_held
    }

    pub fn load(&self, path: &Path) -> io::Result<()> {
        let lines = BufReader::new(File::open(path)?).lines();
        let mut names = self.names.write().unwrap();
        for line in lines { //~ blocking_while_guard_held
            names.insert(line?, 1);
        }
        Ok(())
    }

    pub fn first_line(&self, input: &mut BufReader<TcpStream>) -> io::Result<usize> {
        let mut text = String::new();
        let _names = self.names.read().unwrap();
        input.read_line(&mut text) //~ blocking_while_guard_held
    }

    pub fn copy_all(&self, from: &mut TcpStream, into: &mut Vec<u8>) -> io::Result<u64> {
        let _names = self.names.read().unwrap();
        io::copy(from, into) //~ blocking_while_guard_held
    }

    pub fn sizes(&self) -> u64 {
        let names = self.names.read().unwrap();
        let mut all = 0;
        for name in names.keys() {
            all += fs::metadata(name).map_or(0, |it| it.len()); //~ blocking_while_guard_held
        }
        all
    }

    pub fn resolve(&self, host: &str) -> bool {
        let names = self.names.read().unwrap();
        names.is_empty() && host.to_socket_addrs().is_ok() //~ blocking_while_guard_held
    }

    pub fn good_there(&self, path: &Path) -> bool {
        let names = self.names.read().unwrap();
        names.contains_key("x") && path.exists()
    }

    pub fn serve(&self, listener: &TcpListener) {
        let mut open = self.open.lock().unwrap();
        for peer in listener.incoming().take(3) { //~ blocking_while_guard_held
            open.insert(peer.is_ok() as u64, Vec::new());
        }
    }

    /// In memory.
    pub fn encode(&self) -> io::Result<Vec<u8>> {
        let open = self.open.lock().unwrap();
        let mut out = BufWriter::new(Vec::new());
        for entry in open.values() {
            out.write_all(entry)?;
        }
        let mut text = String::new();
        BufReader::new(Cursor::new(vec![1u8])).read_line(&mut text)?;
        for line in BufReader::new(Cursor::new(vec![1u8])).lines() {
            line?;
        }
        io::copy(&mut Cursor::new(vec![1u8]), &mut Vec::new())?;
        out.into_inner().map_err(|it| it.into_error())
    }

    /// Of any reader nothing is said.
    pub fn any(&self, input: &mut impl Read) -> io::Result<usize> {
        let _names = self.names.read().unwrap();
        input.read(&mut [0])
    }

    pub fn before(&self, path: &Path) -> io::Result<()> {
        let there = path.is_file();
        let lines: Vec<String> = BufReader::new(File::open(path)?).lines().collect::<io::Result<_>>()?;
        let mut names = self.names.write().unwrap();
        names.extend(lines.into_iter().map(|it| (it, there as u64)));
        Ok(())
    }
}

/// The writer is what the lock is there for.
pub struct Log {
    state: Mutex<Written>,
}

pub struct Written {
    out: BufWriter<File>,
    by_topic: HashMap<String, u64>,
}

impl Log {
    pub fn write(&self, text: &[u8]) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        *state.by_topic.entry("all".into()).or_insert(0) += 1;
        state.out.write_all(text)
    }
}
